import { comparePaths } from '../path/compare-paths.js';
import type { PlanEnd, PlanLine } from './plan-line.js';

/** Watches that a plan's lines stand where they belong, and adds up what its last line must say. */
export class PlanOrder {
  private phase: 'begin' | 'repos' | 'steps' | 'over' = 'begin';
  private readonly sections = new Set<string>();
  private path: string | null = null;
  private steps = 0;
  private bytes = 0;

  /** True when the last line has come. */
  get isOver(): boolean {
    return this.phase === 'over';
  }

  /** What the last line must be now. */
  get end(): PlanEnd {
    return { kind: 'end', repos: this.sections.size, steps: this.steps, bytes: this.bytes };
  }

  /** What is wrong with a line in its place, or null. */
  take(line: PlanLine): string | null {
    if (this.phase === 'over') return 'it stands behind the last line';
    if ((this.phase === 'begin') !== (line.kind === 'plan'))
      return this.phase === 'begin' ? 'it is no header of a plan' : 'it is a second header';
    switch (line.kind) {
      case 'plan':
        this.phase = 'repos';
        return null;
      case 'repo': {
        const before = this.sections.size;
        this.sections.add(JSON.stringify([line.target, line.source, line.repo]));
        this.phase = 'steps';
        this.path = null;
        return this.sections.size === before ? 'its repo has a part already' : null;
      }
      case 'step':
        if (this.phase !== 'steps') return 'it is a step of no repo';
        // In order and each once, which is one rule, so that no path need be held.
        if (this.path !== null && comparePaths(this.path, line.path) >= 0)
          return 'its path is not behind that of the step before';
        this.path = line.path;
        this.steps++;
        this.bytes += line.bytes;
        return null;
      case 'end': {
        this.phase = 'over';
        const { repos, steps, bytes } = this.end;
        const adds = line.repos === repos && line.steps === steps && line.bytes === bytes;
        return adds ? null : 'its totals are not those of the lines before';
      }
    }
  }
}

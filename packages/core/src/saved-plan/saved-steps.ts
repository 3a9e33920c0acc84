import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry } from '../manifest/entry.js';
import type { RelativePath } from '../path/relative-path.js';
import { isIdle } from '../plan/is-idle.js';
import type { Planned } from '../plan/plan.js';
import { sameTime, type Policy, type Situation } from '../plan/situation.js';
import type { Reason, Step } from '../plan/step.js';
import type { PlannedStep } from './plan-line.js';

/** Why a step of a saved plan is not carried out. */
type SincePlan = 'source-changed-since-plan' | 'archive-changed-since-plan' | 'not-as-planned';

const SINCE_PLAN: ReadonlySet<Reason> = new Set<SincePlan>([
  'source-changed-since-plan',
  'archive-changed-since-plan',
  'not-as-planned',
]);

/**
 * Holds a run to the steps of a saved plan. The planner decides every path anew, from what is there now; a step is let
 * through only where that is what was planned, from what it was planned from. So whatever a plan says, it can leave things
 * out, and can make nothing be done that a backup would not do.
 */
export class SavedSteps {
  /** Files that the plan does not name and for which there may be something to do: left alone. */
  others = 0;
  private readonly met = new Set<string>();

  /** @param steps by path */
  constructor(
    private readonly steps: ReadonlyMap<string, PlannedStep>,
    private readonly policy: Policy,
  ) {}

  /** True for a path that the plan has a step for. */
  names(path: string): boolean {
    return this.steps.has(path);
  }

  /**
   * The source's file as it was planned, where it has only grown since: then exactly the planned bytes are kept. Else as it
   * is. What stands as it was recorded before the plan has not grown since.
   */
  frozen(file: FileEntry, record: LiveRecord | null | undefined): FileEntry {
    const planned = this.steps.get(file.path)?.source ?? null;
    if (planned === null || planned.identity !== file.identity) return file;
    if (planned.size >= file.size || planned.mtime > file.mtime) return file;
    if (record?.size === file.size && record.mtime === file.mtime) return file;
    return { ...file, size: planned.size, mtime: planned.mtime };
  }

  /** What the plan names, and what is idle; refusals for what the plan names and is not there, or is another file by now. */
  *narrow(planned: Iterable<Planned>): Generator<Planned, void> {
    for (const one of planned) {
      const facts = 'step' in one ? one.step : one.situation;
      const saved = this.steps.get(facts.path);
      if (saved === undefined) {
        if ('step' in one && isIdle(one.step)) yield one;
        // With every file in question, an open question says nothing of this one.
        else if ('step' in one || !this.policy.checksum) this.others++;
        continue;
      }
      this.met.add(facts.path);
      yield asFound(one, sourceChange(saved, facts) ?? this.targetChange(saved, facts));
    }
    for (const { path, source, target } of this.steps.values()) {
      if (this.met.has(path)) continue;
      const onlyArchive = source === null && target !== null;
      const reason = onlyArchive ? 'archive-changed-since-plan' : 'source-changed-since-plan';
      yield { step: refused(path, reason) };
    }
  }

  /**
   * One that is looked at a second time, since its file was not what was scanned. The target is not compared: who holds the
   * lease may have begun to write to it.
   */
  again(one: Planned): Planned {
    const facts = 'step' in one ? one.step : one.situation;
    const saved = this.steps.get(facts.path);
    return saved === undefined ? one : asFound(one, sourceChange(saved, facts));
  }

  /** The step, if it is the one that was planned; else a refusal. */
  judge(step: Step): Step {
    const saved = this.steps.get(step.path);
    if (saved === undefined || SINCE_PLAN.has(step.reason) || hasFailed(step)) return step;
    const { outcome, reason, bytes } = saved;
    if (step.outcome === outcome && step.reason === reason && step.bytes === bytes) return step;
    return refused(step.path, 'not-as-planned');
  }

  private targetChange(saved: PlannedStep, { target }: Facts): SincePlan | null {
    if (saved.target === null || !target)
      return saved.target !== null || target ? 'archive-changed-since-plan' : null;
    const { size, mtime, stored } = saved.target;
    const same =
      size === target.size && stored === target.stored && sameTime(mtime, target.mtime, this.policy.timeStep);
    return same ? null : 'archive-changed-since-plan';
  }
}

type Facts = Pick<Step, 'path' | 'source' | 'target'> | Pick<Situation, 'path' | 'source' | 'target'>;

function sourceChange({ source: planned }: PlannedStep, { source }: Facts): SincePlan | null {
  if (planned === null || !source) return planned !== null || source ? 'source-changed-since-plan' : null;
  const { size, mtime, identity } = planned;
  const same = size === source.size && mtime === source.mtime && identity === source.identity;
  return same ? null : 'source-changed-since-plan';
}

function asFound(one: Planned, changed: SincePlan | null): Planned {
  if (changed === null || ('step' in one && hasFailed(one.step))) return one;
  return { step: refused('step' in one ? one.step.path : one.situation.path, changed) };
}

function refused(path: RelativePath, reason: SincePlan): Step {
  return { path, outcome: 'refused', reason, alarm: false, bytes: 0, ops: [] };
}

/** What could not even be looked at says so itself. */
function hasFailed({ error, ops }: Step): boolean {
  return error !== undefined && ops.length === 0;
}

import { nextSample, SAMPLE_PARTS, windowsToCover, type SampleProgress } from '@sessionkeep/core';
import type { Archive, VerifyReport } from '@sessionkeep/transfer';
import type { ReadBack } from '../limits/read-back.js';
import { formatBytes, formatCount, plural } from '../text/format.js';

type Wanted = Extract<ReadBack, { read: 'sample' }>;

/** The sample of one archive: which it is, what it came to, and that it was read. */
export class TargetSample {
  private readonly back = { files: 0, bytes: 0, keptFiles: 0, keptBytes: 0 };
  private whole = true;

  private constructor(
    private readonly target: string,
    private readonly wanted: Wanted,
    readonly progress: SampleProgress,
    private readonly archive: Archive,
  ) {}

  /** Finds out which sample is next. */
  static async of(target: string, wanted: Wanted, archive: Archive, now: number): Promise<TargetSample> {
    const { size, from, selection } = wanted;
    const progress =
      from === null
        ? nextSample(await archive.memory.sample(archive.id ?? '', selection), size, now)
        : { window: { from, parts: size }, covered: size };
    return new TargetSample(target, wanted, progress, archive);
  }

  /** A repo was verified. */
  add({ readBack, interrupted }: VerifyReport): void {
    for (const key of Object.keys(this.back) as (keyof typeof this.back)[]) this.back[key] += readBack[key];
    if (interrupted) this.whole = false;
  }

  /** So that the next one follows on this; but not on one that was cut short, or that somebody asked for again. */
  async remember(): Promise<void> {
    const { archive, wanted, progress, whole } = this;
    if (whole && wanted.from === null && archive.id !== null)
      await archive.memory.rememberSample(archive.id, wanted.selection, progress);
  }

  /** What was read back, for people; with the target where there are several. */
  sentence(several: boolean): string {
    const { files, bytes, keptFiles, keptBytes } = this.back;
    const { from, parts } = this.progress.window;
    const read = `${formatCount(files)} of ${plural(keptFiles, 'kept file')}, ${formatBytes(bytes)} of ${formatBytes(keptBytes)}`;
    const text = `Read back ${read}: a sample of ${percent(parts)} from ${percent(from)} on.`;
    return `${several ? `${this.target}: ` : ''}${text}${this.rest()}`;
  }

  /** For programs. */
  get fields(): Readonly<Record<string, unknown>> {
    const { window } = this.progress;
    return {
      target: this.target,
      percent: inPercent(window.parts),
      fromPercent: inPercent(window.from),
      ...this.back,
      runsToCoverAll: this.runsLeft,
    };
  }

  /** How many more runs like this read the rest; null where nobody counts. */
  private get runsLeft(): number | null {
    const { covered, window } = this.progress;
    return this.wanted.from === null ? windowsToCover(window.parts, covered) : null;
  }

  private rest(): string {
    const left = this.runsLeft;
    if (left === null) return '';
    if (left > 0) return ` ${plural(left, 'more run')} like this ${left === 1 ? 'reads' : 'read'} the rest.`;
    return ` The last ${formatCount(windowsToCover(this.progress.window.parts))} runs have read everything.`;
  }
}

function inPercent(parts: number): number {
  return (parts * 100) / SAMPLE_PARTS;
}

function percent(parts: number): string {
  return `${inPercent(parts).toString()} %`;
}

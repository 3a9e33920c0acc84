import type { Measured } from '../measure.js';
import { median } from '../summary.js';
import { KUBECTL_CP, OURS } from './contenders.js';
import type { TaskName } from './tasks.js';

export type Samples = readonly {
  readonly task: TaskName;
  readonly contender: string;
  readonly samples: readonly Measured[];
}[];

export interface Figures {
  readonly task: TaskName;
  readonly contender: string;
  /** Of every round, in seconds. */
  readonly seconds: readonly number[];
  readonly best: number;
  readonly median: number;
  readonly peakBytes: number | null;
  readonly failure: string | null;
}

/** What is wanted of ours, and what came of it. */
export interface Verdict {
  readonly task: TaskName;
  /** What ours is measured by. */
  readonly of: string;
  /** Of the best rounds; for memory of the worst. */
  readonly best: number;
  /** Of the medians; the same as `best` for memory. */
  readonly median: number;
  /** At most this much is wanted of `best`. */
  readonly target: number;
  readonly met: boolean;
}

interface Wanted {
  readonly task: TaskName;
  readonly of: { readonly task: TaskName; readonly contender: string };
  readonly target: number;
}

const SPEED: readonly Wanted[] = [
  { task: 'first copy', of: { task: 'first copy', contender: KUBECTL_CP }, target: 0.9 },
  { task: '256 MiB file', of: { task: '256 MiB file', contender: KUBECTL_CP }, target: 1 },
  // It cannot but copy everything again.
  { task: 'nothing changed', of: { task: 'first copy', contender: KUBECTL_CP }, target: 0.1 },
  { task: '50 grown', of: { task: 'nothing changed', contender: OURS }, target: 2 },
];

const MEMORY_LIMIT = 200e6;
export const MEMORY = '200 MB of memory';

export function figuresOf(samples: Samples): readonly Figures[] {
  return samples
    .filter((one) => one.samples.length > 0)
    .map(({ task, contender, samples }) => ({ task, contender, ...summarise(samples) }));
}

/** Ours against what is wanted; what failed, or was not measured, has no verdict. */
export function verdictsOf(figures: readonly Figures[]): readonly Verdict[] {
  const find = (task: TaskName, contender: string) =>
    figures.find((one) => one.task === task && one.contender === contender && one.failure === null);
  const speed = SPEED.flatMap(({ task, of, target }) => {
    const [mine, theirs] = [find(task, OURS), find(of.task, of.contender)];
    if (mine === undefined || theirs === undefined) return [];
    const best = mine.best / theirs.best;
    const name = of.task === task ? of.contender : `${of.contender}, ${of.task}`;
    return [{ task, of: name, best, median: mine.median / theirs.median, target, met: best <= target }];
  });
  return [...speed, ...figures.flatMap(memoryVerdict)];
}

function memoryVerdict({ task, contender, peakBytes, failure }: Figures): readonly Verdict[] {
  if (contender !== OURS || peakBytes === null || failure !== null) return [];
  const ratio = peakBytes / MEMORY_LIMIT;
  return [{ task, of: MEMORY, best: ratio, median: ratio, target: 1, met: ratio <= 1 }];
}

function summarise(samples: readonly Measured[]): Omit<Figures, 'task' | 'contender'> {
  const seconds = samples.map((one) => one.seconds);
  const peaks = samples.flatMap((one) => one.peakBytes ?? []);
  return {
    seconds,
    best: Math.min(...seconds),
    median: median(seconds),
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
    failure: samples.find((one) => one.failure !== null)?.failure ?? null,
  };
}

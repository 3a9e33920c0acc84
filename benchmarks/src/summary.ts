import { OURS, RSYNC, RSYNC_FSYNC, SCENARIOS, type Scenario } from './contenders.js';
import type { Measured } from './measure.js';
import type { Samples } from './run-rounds.js';

export interface Figures {
  readonly scenario: Scenario;
  readonly contender: string;
  /** Of every round, in seconds. */
  readonly seconds: readonly number[];
  readonly best: number;
  readonly median: number;
  readonly peakBytes: number | null;
  readonly failure: string | null;
}

/** How long ours takes, measured in what another takes. */
export interface Ratio {
  readonly scenario: Scenario;
  readonly of: string;
  readonly best: number;
  readonly median: number;
  /** At most this much is wanted of the median. */
  readonly target: number;
  readonly met: boolean;
}

const TARGETS: readonly (readonly [scenario: Scenario, of: string, target: number])[] = [
  ['first copy', RSYNC_FSYNC, 1],
  ['first copy', RSYNC, 1.5],
  ['nothing changed', RSYNC, 4],
  ['50 grown', RSYNC, 3],
];

/** What the samples say, in the order of scenarios and, within one, of names. */
export function figuresOf(samples: Samples): readonly Figures[] {
  return SCENARIOS.flatMap((scenario) =>
    [...(samples.get(scenario) ?? [])]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([contender, measured]) => ({ scenario, contender, ...summarise(measured) })),
  );
}

/** Ours against the targets; what failed has no ratio. */
export function ratiosOf(figures: readonly Figures[]): readonly Ratio[] {
  const find = (scenario: Scenario, contender: string) =>
    figures.find((one) => one.scenario === scenario && one.contender === contender && one.failure === null);
  return TARGETS.flatMap(([scenario, of, target]) => {
    const [mine, theirs] = [find(scenario, OURS), find(scenario, of)];
    if (mine === undefined || theirs === undefined) return [];
    const median = mine.median / theirs.median;
    return [{ scenario, of, best: mine.best / theirs.best, median, target, met: median <= target }];
  });
}

function summarise(measured: readonly Measured[]): Omit<Figures, 'scenario' | 'contender'> {
  const seconds = measured.map((one) => one.seconds);
  const peaks = measured.flatMap((one) => one.peakBytes ?? []);
  return {
    seconds,
    best: Math.min(...seconds),
    median: median(seconds),
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
    failure: measured.find((one) => one.failure !== null)?.failure ?? null,
  };
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

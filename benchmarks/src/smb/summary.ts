import type { Measured } from '../measure.js';
import { median } from '../summary.js';
import { OURS, RCLONE, SMBCLIENT } from './contenders.js';
import type { Line, Mode, TaskName } from './tasks.js';

/** One measurement; with what passed on the wire where that was counted. */
export interface Sample extends Measured {
  readonly wire: Wire | null;
}

export interface Wire {
  /** To the server. */
  readonly up: number;
  readonly down: number;
  /** What had to be sent: the bytes that were new. */
  readonly fresh: number;
}

export type Samples = readonly (Line & { readonly contender: string; readonly samples: readonly Sample[] })[];

export interface Figures extends Line {
  readonly contender: string;
  /** Of every round, in seconds. */
  readonly seconds: readonly number[];
  readonly best: number;
  readonly median: number;
  readonly peakBytes: number | null;
  /** Of the round with the most; null where it was not counted. */
  readonly wire: Wire | null;
  readonly failure: string | null;
}

/** What is wanted of ours, and what came of it. */
export interface Verdict extends Line {
  /** What ours is measured by. */
  readonly of: string;
  /** Of the best rounds; for bytes and memory of the worst. */
  readonly best: number;
  /** Of the medians; the same as `best` for bytes and memory. */
  readonly median: number;
  /** At most this much is wanted of `best`. */
  readonly target: number;
  readonly met: boolean;
}

type Wanted = readonly [task: TaskName, mode: Mode, of: string, target: number];

const SPEED: readonly Wanted[] = [
  ['put 256 MiB', 'unsigned', SMBCLIENT, 1.1],
  ['put 256 MiB', 'signed', SMBCLIENT, 1.2],
  ['put 256 MiB', 'encrypted', SMBCLIENT, 1.1],
  ['get 256 MiB', 'unsigned', SMBCLIENT, 1.2],
  ['get 256 MiB', 'signed', SMBCLIENT, 1.2],
  ['get 256 MiB', 'encrypted', SMBCLIENT, 1.2],
  ['2000 x 20 KiB', 'unsigned', SMBCLIENT, 0.7],
  ['2000 x 20 KiB', 'signed', SMBCLIENT, 0.7],
  ['2000 x 20 KiB', 'encrypted', SMBCLIENT, 0.8],
  ['300 at 10 ms', 'unsigned', SMBCLIENT, 0.06],
  ['first copy', 'signed', RCLONE, 0.4],
  ['first copy', 'encrypted', RCLONE, 0.4],
  ['first copy', 'signed', SMBCLIENT, 1],
  ['first copy', 'encrypted', SMBCLIENT, 1],
  ['nothing changed', 'signed', RCLONE, 0.6],
  ['nothing changed', 'encrypted', RCLONE, 0.6],
];

/** How often the new bytes may pass, all that is said around them included. */
const WIRE_LIMIT = 2;
const WIRE_TASK: TaskName = '50 grown';
export const NEW_BYTES = 'the new bytes, sent';

const MEMORY_LIMIT = 200e6;
const MEMORY_TASK: TaskName = 'first copy';
export const MEMORY = '200 MB of memory';

export function figuresOf(samples: Samples): readonly Figures[] {
  return samples
    .filter((one) => one.samples.length > 0)
    .map(({ task, mode, contender, samples }) => ({ task, mode, contender, ...summarise(samples) }));
}

/** Ours against what is wanted; what failed, or was not measured, has no verdict. */
export function verdictsOf(figures: readonly Figures[]): readonly Verdict[] {
  const find = ({ task, mode }: Line, contender: string) =>
    figures.find(
      (one) => one.task === task && one.mode === mode && one.contender === contender && one.failure === null,
    );
  const speed = SPEED.flatMap(([task, mode, of, target]) => {
    const [mine, theirs] = [find({ task, mode }, OURS), find({ task, mode }, of)];
    if (mine === undefined || theirs === undefined) return [];
    const best = mine.best / theirs.best;
    return [{ task, mode, of, best, median: mine.median / theirs.median, target, met: best <= target }];
  });
  const mine = figures.filter((one) => one.contender === OURS && one.failure === null);
  return [...speed, ...mine.flatMap(wireVerdict), ...mine.flatMap(memoryVerdict)];
}

function wireVerdict({ task, mode, wire }: Figures): readonly Verdict[] {
  if (task !== WIRE_TASK || wire === null) return [];
  return [verdict({ task, mode }, NEW_BYTES, wire.up / wire.fresh, WIRE_LIMIT)];
}

function memoryVerdict({ task, mode, peakBytes }: Figures): readonly Verdict[] {
  if (task !== MEMORY_TASK || peakBytes === null) return [];
  return [verdict({ task, mode }, MEMORY, peakBytes / MEMORY_LIMIT, 1)];
}

function verdict(line: Line, of: string, ratio: number, target: number): Verdict {
  return { ...line, of, best: ratio, median: ratio, target, met: ratio <= target };
}

function summarise(samples: readonly Sample[]): Omit<Figures, 'task' | 'mode' | 'contender'> {
  const seconds = samples.map((one) => one.seconds);
  const peaks = samples.flatMap((one) => one.peakBytes ?? []);
  const wires = samples.flatMap((one) => one.wire ?? []);
  return {
    seconds,
    best: Math.min(...seconds),
    median: median(seconds),
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
    wire: wires.toSorted((a, b) => b.up / b.fresh - a.up / a.fresh)[0] ?? null,
    failure: samples.find((one) => one.failure !== null)?.failure ?? null,
  };
}

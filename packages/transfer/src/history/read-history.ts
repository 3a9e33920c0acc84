import {
  GENESIS,
  type Answer,
  type KeepError,
  type Line,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { segmentPath, type RepoPaths } from '../archive/archive-paths.js';
import type { Place } from '../archive/place.js';
import type { ExpectedHead } from '../ledger/expected-heads.js';
import { foreignHeader, laterVersion, listSegments } from '../ledger/load-ledger.js';
import { readSegment, type SegmentReading } from '../ledger/read-segment.js';

export interface HistoryOptions {
  readonly target: Transport;
  readonly paths: RepoPaths;
  readonly place: Place;
  readonly archive: string;
  readonly sha256: Sha256;
  /** Every valid line of every segment, in order; says what is wrong with a line in its place, or null. */
  readonly onLine: (line: Line, extra?: Record<string, unknown>) => string | null;
  readonly expected?: readonly ExpectedHead[];
  readonly signal?: AbortSignal;
}

export interface HistoryReading {
  readonly segments: number;
  readonly lines: number;
  /** What is wrong, a sentence each; damage that a later segment's header names is none any more. */
  readonly alarms: readonly string[];
  /** Damage of the past that was noticed and gone on from. */
  readonly notes: readonly string[];
  /** Set when a later version wrote to it: reading ended there. That is no damage, and what follows is not known. */
  readonly later: KeepError | null;
  /** The newest segment; 0 for none. */
  readonly newest: number;
  /** How far it reaches: to notice that it was written to meanwhile. */
  readonly newestSize: number;
}

/** Reads a whole ledger, from its first segment, and checks that its chain holds from end to end. */
export async function readHistory(options: HistoryOptions): Answer<HistoryReading> {
  const { target, paths, expected = [] } = options;
  const segments = await listSegments(target, paths);
  if (segments.isErr()) return err(segments.error);
  const alarms: string[] = [];
  const notes: string[] = [];
  let [lines, newestSize, awaited] = [0, 0, 1];
  let previous: { reading: SegmentReading; segment: number } | null = null;
  let later: KeepError | null = null;
  for (const segment of segments.value) {
    for (; awaited < segment; awaited++) alarms.push(`ledger segment ${awaited.toString()} is missing`);
    awaited = segment + 1;
    const names: { broken: string | null } = { broken: null };
    const here = expected.filter(({ head }) => head.segment === segment);
    const read = await readSegment({
      ...options,
      path: segmentPath(paths, segment),
      digest: true,
      expected: here.map(({ head }) => head),
      onLine: (line, extra) => {
        const foreign = foreignHeader(line, options, segment);
        if (foreign !== null) return foreign;
        if (line.kind === 'header') names.broken = line.broken?.sha256 ?? null;
        return options.onLine(line, extra);
      },
    });
    if (read.isErr()) return err(read.error);
    const reading = read.value;
    if (reading.damage?.unsupported === true) {
      later = laterVersion(target, segment, reading);
      // Whether it names the damage of the one before may be what cannot be read.
      previous = null;
      break;
    }
    const acknowledged =
      previous !== null && names.broken !== null && previous.reading.sha256 === names.broken;
    if (previous !== null) judgeBreak(previous, acknowledged, alarms, notes);
    const follows =
      previous === null
        ? segment > 1 || reading.firstPrev === GENESIS
        : reading.firstPrev === previous.reading.head;
    if (reading.lines > 0 && !follows && !acknowledged)
      alarms.push(`ledger segment ${segment.toString()} does not follow the one before`);
    for (const { head, by } of here)
      if (reading.unmet.includes(head)) alarms.push(`the ledger does not extend what ${by}`);
    lines += reading.lines;
    newestSize = reading.size;
    previous = { reading, segment };
  }
  if (previous !== null) judgeBreak(previous, false, alarms, notes);
  const newest = segments.value.at(-1) ?? 0;
  for (const { head, by } of expected)
    if (head.segment > newest) alarms.push(`the ledger does not reach as far as ${by}`);
  return ok({ segments: segments.value.length, lines, alarms, notes, later, newest, newestSize });
}

function judgeBreak(
  { reading, segment }: { reading: SegmentReading; segment: number },
  acknowledged: boolean,
  alarms: string[],
  notes: string[],
): void {
  const reason = reading.damage?.reason ?? (reading.lines === 0 ? 'it has no whole line' : null);
  if (reason === null) return;
  const line = (reading.damage?.line ?? 1).toString();
  const text = `ledger segment ${segment.toString()} is damaged at line ${line}: ${reason}`;
  if (acknowledged) notes.push(`${text}; the segment after it names it and goes on`);
  else alarms.push(text);
}

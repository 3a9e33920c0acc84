import {
  ChainReader,
  decodeLine,
  type Answer,
  type ChainDamage,
  type LedgerHead,
  type Line,
  type RelativePath,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { readRange } from '../io/read-range.js';

/** What reading one segment from end to end has found. */
export interface SegmentReading {
  /** Bytes in the file. */
  readonly size: number;
  /** Bytes up to the end of the last valid line. */
  readonly validBytes: number;
  readonly lines: number;
  /** Digest of the last valid line; null when there is none. */
  readonly head: string | null;
  /** `prev` of its header. */
  readonly firstPrev: string | null;
  /** Bytes of the opening: the header and the `state` lines behind it. */
  readonly opening: number;
  readonly tornBytes: number;
  readonly damage: ChainDamage | null;
  /** SHA-256 of the whole file, when asked for. */
  readonly sha256: string | null;
  /** The heads that were expected on the way and are not there. */
  readonly unmet: readonly LedgerHead[];
}

export interface ReadSegmentOptions {
  readonly target: Transport;
  readonly path: RelativePath;
  readonly sha256: Sha256;
  /** Called for every valid line in order; what it returns is what is wrong with the line. */
  readonly onLine: (line: Line, extra?: Record<string, unknown>) => string | null;
  /** What the header's `prev` must be; null when that is not known. */
  readonly expectedPrev?: string | null;
  /** Heads that this segment must have passed. */
  readonly expected?: readonly LedgerHead[];
  readonly digest?: boolean;
  readonly signal?: AbortSignal;
}

/** Reads a segment as a stream. A missing file is `not-found`; damage is a finding, not an error. */
export async function readSegment(options: ReadSegmentOptions): Answer<SegmentReading> {
  const { target, path, sha256, expected = [] } = options;
  const stat = await target.stat(path);
  if (stat.isErr()) return err(stat.error);
  const { size } = stat.value;
  let first = true;
  const opening = { bytes: 0, over: false };
  const accept = (line: Line, extra?: Record<string, unknown>): string | null => {
    if (first !== (line.kind === 'header')) return first ? 'it is no header' : 'it is a second header';
    const problem = options.onLine(line, extra);
    if (problem !== null) return problem;
    first = false;
    opening.over ||= line.kind !== 'header' && line.kind !== 'state';
    return null;
  };
  const reader = new ChainReader<Line>(sha256, decodeLine, options.expectedPrev ?? null, accept);
  const whole = options.digest === true ? sha256.start() : null;
  const met = new Set<LedgerHead>();
  const follow = (lines: Iterator<unknown>): void => {
    while (lines.next().done !== true) {
      if (!opening.over) opening.bytes = reader.validBytes;
      for (const head of expected)
        if (head.size === reader.validBytes && head.head === reader.head) met.add(head);
    }
  };
  const range = { path, offset: 0, length: size };
  for await (const chunk of readRange(target, range, options.signal && { signal: options.signal })) {
    if (chunk.isErr()) return err(chunk.error);
    whole?.update(chunk.value);
    follow(reader.push(chunk.value));
  }
  follow(reader.end(expected));
  return ok({
    size,
    validBytes: reader.validBytes,
    lines: reader.lines,
    head: reader.lines === 0 ? null : reader.head,
    firstPrev: reader.firstPrev,
    opening: opening.bytes,
    tornBytes: reader.tornBytes,
    damage: reader.damage,
    sha256: whole?.hex() ?? null,
    unmet: expected.filter((head) => !met.has(head)),
  });
}

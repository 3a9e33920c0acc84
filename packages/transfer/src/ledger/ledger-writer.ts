import {
  childPath,
  GENESIS,
  encodeLine,
  keepError,
  LEDGER_FORMAT,
  stateLine,
  type Answer,
  type Binding,
  type BrokenSegment,
  type Bytes,
  type EncodedLine,
  type HeaderLine,
  type KeepError,
  type Lease,
  type LedgerHead,
  type LedgerState,
  type Line,
  type Sha256,
  type Stamp,
  type Transport,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { segmentPath, withAncestors, type RepoPaths } from '../archive/archive-paths.js';
import type { Place } from '../archive/place.js';
import { appendLines } from './append-lines.js';
import type { LedgerTail, LoadedLedger } from './load-ledger.js';

/** A line without its stamp: the writer knows the time. */
export type LineDraft = Line extends infer Each
  ? Each extends Line
    ? Omit<Each, keyof Stamp>
    : never
  : never;

export interface LedgerWriterOptions {
  readonly target: Transport;
  readonly paths: RepoPaths;
  readonly place: Place;
  readonly archive: string;
  readonly lease: Lease;
  readonly sha256: Sha256;
  readonly run: string;
  readonly binding: Binding;
  /** By how many bytes a segment may outgrow its opening. */
  readonly segmentBytes: number;
}

/**
 * Appends groups of lines, durably, at the offset it knows; begins a new segment when the last one is full or broken.
 * One group at a time. After a failure nothing more is written.
 */
export class LedgerWriter {
  linesWritten = 0;
  /** The names of the segment and of all it lies in are known to be durable. */
  private settled = false;
  private failure: KeepError | null = null;
  private tail: LedgerTail | null;
  private newest: number;
  private head: string;
  private broken: BrokenSegment | null;

  constructor(
    private readonly options: LedgerWriterOptions,
    readonly state: LedgerState,
    loaded: LoadedLedger,
  ) {
    this.tail = loaded.tail;
    this.newest = loaded.newest;
    this.head = loaded.head;
    this.broken = loaded.broken;
  }

  /** How far the ledger reaches. */
  get reached(): LedgerHead {
    return this.tail ?? { segment: this.newest, size: 0, head: this.head };
  }

  /** Why nothing can be written any more, or null. */
  get stopped(): KeepError | null {
    return this.failure;
  }

  /** Makes sure that there is a segment to append to: the first, one after damage, or the next when this is full. */
  async ready(): Answer<void> {
    if (this.failure !== null) return err(this.failure);
    const { tail, options } = this;
    const roomy = tail !== null && tail.size - tail.opening <= options.segmentBytes;
    return this.poison(await (roomy ? this.settle() : this.openSegment()));
  }

  /** Whoever began the segment may have been killed before its name was durable: lines in it would be lost with it. */
  private async settle(): Answer<void> {
    if (this.settled) return ok(undefined);
    const flushed = await this.options.target.flush(withAncestors(this.options.paths.ledger));
    this.settled = flushed.isOk();
    return flushed;
  }

  /** Appends lines as one group and makes them durable; they count only when this answers `ok`. */
  async append(drafts: readonly LineDraft[]): Answer<void> {
    if (drafts.length === 0) return ok(undefined);
    const ready = await this.ready();
    if (ready.isErr()) return ready;
    return this.poison(await this.appendGroup(drafts));
  }

  private async appendGroup(drafts: readonly LineDraft[]): Answer<void> {
    const tail = this.tail;
    if (tail === null) throw new Error('append before ready');
    const path = segmentPath(this.options.paths, tail.segment);
    const still = await this.stillOurs(path, tail.fileSize);
    if (still.isErr()) return still;
    const stamp = this.stamp();
    const lines = drafts.map((draft) => ({ ...draft, ...stamp }));
    const encoded: EncodedLine[] = [];
    let head = tail.head;
    for (const line of lines) {
      const one = encodeLine(line, head, this.options.sha256);
      encoded.push(one);
      head = one.sha256;
    }
    const bytes = joined(encoded);
    const written = await appendLines(this.options, path, tail.size, bytes);
    if (written.isErr()) return written;
    for (const line of lines) {
      const problem = this.state.apply(line);
      if (problem !== null) throw new Error(`wrote a ledger line that contradicts the ledger: ${problem}`);
    }
    this.linesWritten += lines.length;
    this.head = head;
    const size = tail.size + bytes.length;
    this.tail = { ...tail, size, fileSize: size, head };
    return ok(undefined);
  }

  /** Nobody else may have taken over, nor added to or cut the file: a group is only ever put where the last one ended. */
  private async stillOurs(path: LedgerPath, size: number): Answer<void> {
    const held = await this.options.lease.check();
    if (held.isErr()) return held;
    const stat = await this.options.target.stat(path);
    if (stat.isErr()) return err(stat.error);
    if (stat.value.size === size) return ok(undefined);
    const sizes = `${stat.value.size.toString()} bytes instead of ${size.toString()}`;
    return err(
      keepError(
        'lease-lost',
        'append to ledger',
        `the ledger was changed by somebody else: it has ${sizes}`,
        { path },
      ),
    );
  }

  private async openSegment(): Answer<void> {
    const { target, paths, place, archive, binding, sha256, lease } = this.options;
    const held = await lease.check();
    if (held.isErr()) return held;
    const segment = this.newest + 1;
    const stamp = this.stamp();
    const header: HeaderLine = {
      kind: 'header',
      format: LEDGER_FORMAT,
      segment,
      ...place,
      target: archive,
      ...(this.state.binding ?? binding),
      ...(this.broken && { broken: this.broken }),
      ...stamp,
    };
    const path = segmentPath(paths, segment);
    const temporary = childPath(paths.tmp, `segment-${segment.toString()}-${this.options.run}`);
    // Encoded twice, once for the length alone, so that the opening of a large ledger is never held whole.
    let size = 0;
    for (const line of openingLines(header, this.state, stamp))
      size += encodeLine(line, GENESIS, NO_HASH).bytes.length;
    const chain = { head: this.head };
    const created = await target.create(
      temporary,
      encodedLines(openingLines(header, this.state, stamp), chain, sha256),
      size,
    );
    if (created.isErr()) return err(created.error);
    const renamed = await target.rename(temporary, path);
    if (renamed.isErr()) return err(renamed.error);
    this.settled = false;
    const flushed = await this.settle();
    if (flushed.isErr()) return flushed;
    const problem = this.state.apply(header);
    if (problem !== null) throw new Error(`opened a segment that contradicts the ledger: ${problem}`);
    this.linesWritten += 1;
    this.newest = segment;
    this.head = chain.head;
    this.broken = null;
    this.tail = { segment, size, fileSize: size, head: chain.head, opening: size };
    return ok(undefined);
  }

  private stamp(): Stamp {
    const now = new Date(Number(this.options.lease.now() / 1_000_000n)).toISOString();
    const { lastAt } = this.state;
    return { at: now < lastAt ? lastAt : now, run: this.options.run };
  }

  private poison(result: Result<void, KeepError>): Result<void, KeepError> {
    if (result.isErr()) this.failure ??= result.error;
    return result;
  }
}

type LedgerPath = ReturnType<typeof segmentPath>;

function joined(lines: readonly EncodedLine[]): Uint8Array {
  const whole = new Uint8Array(lines.reduce((sum, line) => sum + line.bytes.length, 0));
  let at = 0;
  for (const { bytes } of lines) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

function* openingLines(header: HeaderLine, state: LedgerState, stamp: Stamp): Generator<Line, void> {
  yield header;
  for (const record of state.records.values()) yield stateLine(record, stamp);
}

/** Encodes lines one after another; `chain.head` is the last one's digest when the stream has ended. */
async function* encodedLines(lines: Iterable<Line>, chain: { head: string }, sha256: Sha256): Bytes {
  for (const line of lines) {
    const { bytes, sha256: head } = encodeLine(line, chain.head, sha256);
    chain.head = head;
    yield Promise.resolve(ok<Uint8Array, KeepError>(bytes));
  }
}

/** Encoding for its length only: `prev` is 64 characters whatever it is. */
const NO_HASH: Sha256 = {
  of: () => GENESIS,
  start: () => {
    throw new Error('not for hashing');
  },
};

import {
  BufferPool,
  keepError,
  printable,
  type Answer,
  type Bytes,
  type FileStat,
  type Hasher,
  type KeepError,
  type Lease,
  type Op,
  type RelativePath,
  type Sha256,
  type Step,
  type Transport,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { hashed } from '../io/hashed.js';
import { bytesOf, collect, readRange } from '../io/read-range.js';
import type { AnswerBook } from './answer-questions.js';

export interface FillOptions {
  readonly source: Transport;
  readonly target: Transport;
  readonly sourcePath: (path: RelativePath) => RelativePath;
  readonly book: AnswerBook;
  readonly lease: Lease;
  readonly sha256: Sha256;
  readonly signal?: AbortSignal;
  readonly onBytes: (count: number) => void;
}

export type Fill = Op & { do: 'fill' };

/** What a file has become: its bytes' digest, and what the target reports of it. */
export interface Filled {
  readonly sha256: string;
  readonly stat: FileStat;
}

/** New bytes that are whole in `tmp/` and wait to be put in place. */
export interface Staged extends Filled {
  readonly temporary: RelativePath;
}

/** For small files on their way: about as many as there are at once. */
const pool = new BufferPool([
  { size: 64 * 1024, kept: 32 },
  { size: 256 * 1024, kept: 16 },
  { size: 1024 * 1024, kept: 16 },
]);

/** Errors that say: the source no longer has the file that was scanned. */
const FROM_SOURCE: ReadonlySet<KeepError['kind']> = new Set(['changed', 'short', 'not-found', 'invalid']);

/** Brings the source's bytes of one step to the archive: as a new file, or behind what the live file has. */
export class FileFill {
  constructor(
    private readonly step: Step,
    private readonly chunks: Bytes | null,
    private readonly live: RelativePath,
    private readonly options: FillOptions,
    private readonly temporary: () => RelativePath,
  ) {}

  /** A new file, at once where it is small. */
  async fresh(op: Fill): Answer<Filled> {
    if (op.size <= this.options.target.traits.publishLimit) return this.publishSmall(op);
    const staged = await this.stage(op);
    return staged.isErr() ? err(staged.error) : this.putInPlace(staged.value);
  }

  /** Brings the whole file to `tmp/`, durable and proven. */
  async stage(op: Fill): Answer<Staged> {
    const { target, sha256 } = this.options;
    const temporary = this.temporary();
    const hasher = sha256.start();
    const bytes = this.incoming(op, op.size, hasher);
    const stat = await target.create(temporary, bytes, op.size, {
      mtime: op.mtime,
      sha256: () => hasher.copy().hex(),
      ...this.signal,
    });
    if (stat.isErr()) return this.discard(temporary, stat.error);
    if (stat.value.size !== op.size) return this.discard(temporary, this.wrongSize(stat.value.size, op.size));
    return ok({ temporary, sha256: hasher.hex(), stat: stat.value });
  }

  async putInPlace({ temporary, sha256, stat }: Staged): Answer<Filled> {
    const held = await this.options.lease.check();
    if (held.isErr()) return err(held.error);
    const renamed = await this.options.target.rename(temporary, this.live);
    return renamed.isErr() ? this.discard(temporary, renamed.error) : ok({ sha256, stat });
  }

  /** The bytes behind the `from` that the live file has. */
  async behind(op: Fill, from: number): Answer<Filled> {
    const { target, book } = this.options;
    const known = book.prefixHash(this.step.path, from);
    const prefix = known === null ? await this.hashArchived(from) : ok(known);
    if (prefix.isErr()) return err(prefix.error);
    const hasher = prefix.value;
    const length = op.size - from;
    const bytes = this.incoming(op, length, hasher);
    const stat = await target.append(this.live, from, bytes, length, { mtime: op.mtime, ...this.signal });
    if (stat.isErr()) return this.cutBack(from, stat.error);
    if (stat.value.size !== op.size) return err(this.wrongSize(stat.value.size, op.size));
    const sha256 = hasher.hex();
    if (known === null) {
      const proven = await this.proveWhole(op.size, sha256);
      if (proven.isErr()) return this.cutBack(from, proven.error);
    }
    return ok({ sha256, stat: stat.value });
  }

  /** Gives up what is in `tmp/`. What cannot be removed now is removed by the next run, under the lease. */
  async discard(temporary: RelativePath, error: KeepError): Promise<Result<never, KeepError>> {
    await this.options.target.remove(temporary).then(() => undefined);
    return err(error);
  }

  /** The archive's file is not as long as what was written. */
  wrongSize(found: number, expected: number): KeepError {
    const text = `${printable(this.step.path)} has ${found.toString()} bytes in the archive where ${expected.toString()} were written`;
    return keepError('damaged', 'write', text, { path: this.step.path });
  }

  private async publishSmall(op: Fill): Answer<Filled> {
    const { target, sha256, lease } = this.options;
    const hasher = sha256.start();
    const memory = pool.take(op.size);
    const bytes = await collect(this.incoming(op, op.size, hasher), op.size, memory);
    if (bytes.isErr()) return err(bytes.error);
    const held = await lease.check();
    if (held.isErr()) return err(held.error);
    const temporary = this.temporary();
    const stat = await target.publish({ path: this.live, temporary, bytes: bytes.value, mtime: op.mtime });
    // What failed may be on its way still.
    if (stat.isErr()) return this.discard(temporary, stat.error);
    pool.give(memory);
    if (stat.value.size !== op.size) return err(this.wrongSize(stat.value.size, op.size));
    return ok({ sha256: hasher.hex(), stat: stat.value });
  }

  /**
   * Takes away what came of a file that the source then did not have like that any more: left behind the record it would look
   * as if somebody had changed the archive. What came before an interruption stays, for the next run to claim.
   */
  private async cutBack(from: number, error: KeepError): Promise<Result<never, KeepError>> {
    const { target, lease } = this.options;
    const mtime = this.step.target?.mtime;
    if (!FROM_SOURCE.has(error.kind) || (await lease.check()).isErr()) return err(error);
    await target
      .append(this.live, from, bytesOf(new Uint8Array()), 0, mtime === undefined ? {} : { mtime })
      .then(() => undefined);
    return err(error);
  }

  /** Prefix and tail at once: what the archive now has must be what the source has of that length. */
  private async proveWhole(size: number, digest: string): Answer<void> {
    const { source, sourcePath } = this.options;
    const range = { path: sourcePath(this.step.path), offset: 0, length: size };
    for await (const answer of source.digest([range], this.signal)) {
      if (answer.isErr()) return err(answer.error);
      return answer.value.sha256 === digest ? ok(undefined) : err(this.changed());
    }
    return err(this.changed());
  }

  private async hashArchived(length: number): Answer<Hasher> {
    const hasher = this.options.sha256.start();
    const read = readRange(this.options.target, { path: this.live, offset: 0, length }, this.signal);
    for await (const chunk of hashed(read, length, hasher, () => undefined))
      if (chunk.isErr()) return err(chunk.error);
    return ok(hasher);
  }

  /** The source's bytes, counted and hashed; they end in an error before the last one if they are not those expected. */
  private incoming({ expect }: Fill, length: number, hasher: Hasher): Bytes {
    if (this.chunks === null) throw new Error('a step fills a file without a source');
    const objection = (): KeepError | null =>
      expect === null || hasher.copy().hex() === expect ? null : this.changed();
    return hashed(this.chunks, length, hasher, this.options.onBytes, objection);
  }

  private get signal(): { signal?: AbortSignal } {
    return this.options.signal === undefined ? {} : { signal: this.options.signal };
  }

  private changed(): KeepError {
    const text = `${printable(this.step.path)} was changed at the source while it was read`;
    return keepError('changed', 'copy', text, { path: this.step.path });
  }
}

import {
  childPath,
  joinPath,
  keepError,
  parentPath,
  printable,
  type Answer,
  type Bytes,
  type FileFacts,
  type FileKind,
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
import { versionPath, withAncestors, type RepoPaths } from '../archive/archive-paths.js';
import { hashed } from '../io/count-bytes.js';
import { bytesOf, collect, readRange } from '../io/read-range.js';
import type { LineDraft } from '../ledger/ledger-writer.js';
import type { AnswerBook } from './answer-questions.js';
import type { GroupCommit } from './group-commit.js';

export interface StepRunnerOptions {
  readonly source: Transport;
  readonly target: Transport;
  readonly paths: RepoPaths;
  readonly sourcePath: (path: RelativePath) => RelativePath;
  readonly book: AnswerBook;
  readonly group: GroupCommit;
  readonly lease: Lease;
  readonly sha256: Sha256;
  readonly run: string;
  readonly signal?: AbortSignal;
  readonly onBytes: (count: number) => void;
}

type Fill = Op & { do: 'fill' };

/** How an append ends when the source no longer has the file that was scanned. */
const FROM_SOURCE: ReadonlySet<KeepError['kind']> = new Set(['changed', 'short', 'not-found', 'invalid']);

/** New bytes that are whole in `tmp/` and wait to be put in place. */
interface Staged {
  readonly temporary: RelativePath;
  readonly sha256: string;
  readonly stat: FileStat;
}

/**
 * One step on its way: data durable, then its name, then its line; but an `aside` line first, since it says where the old bytes are
 * about to go.
 */
export class StepRun {
  lines: LineDraft[] = [];
  readonly folders = new Set<RelativePath>();
  private staged: Staged | null = null;
  private readonly live: RelativePath;

  constructor(
    private readonly step: Step,
    private readonly chunks: Bytes | null,
    private readonly options: StepRunnerOptions,
    private readonly temporary: () => RelativePath,
  ) {
    this.live = joinPath(options.paths.live, step.target?.stored ?? step.record?.stored ?? step.path);
  }

  async run(): Answer<void> {
    const { ops } = this.step;
    const fill = ops.find((op) => op.do === 'fill');
    if (fill?.from === null && ops.some((op) => op.do === 'aside' && op.move)) {
      const held = await this.options.lease.check();
      const staged = held.isErr() ? err(held.error) : await this.stage(fill);
      if (staged.isErr()) return err(staged.error);
      this.staged = staged.value;
    }
    // A run that was killed had moved the old bytes, and may not have made their new name durable.
    if (this.step.record?.status === 'aside') this.folders.add(this.options.paths.versions);
    for (const op of ops) {
      const done = await this.perform(op);
      if (done.isErr()) return done;
    }
    return ok(undefined);
  }

  private async perform(op: Op): Answer<void> {
    if (op.do === 'note') {
      const facts = this.latest();
      if (facts !== null)
        this.lines.push(this.line(op.as, facts.size, facts.sha256, facts.mtime, facts.targetMtime));
      return ok(undefined);
    }
    const held = await this.options.lease.check();
    if (held.isErr()) return held;
    switch (op.do) {
      case 'record':
        return this.record(op);
      case 'restamp':
        return this.restamp(op.mtime);
      case 'aside':
        return this.aside(op);
      case 'fill':
        return op.from === null ? this.fillNew(op) : this.fillBehind(op, op.from);
      case 'putBack':
        return this.putBack(op);
    }
  }

  private async record(op: Op & { do: 'record' }): Answer<void> {
    const { target } = this.options;
    const stat = op.stamp ? await target.setModifiedTime(this.live, op.mtime) : await target.stat(this.live);
    if (stat.isErr()) return err(stat.error);
    if (stat.value.size !== op.size) return err(this.moved(stat.value.size, op.size));
    // Whoever put the bytes there may have been killed before their name was durable.
    this.folders.add(parentPath(this.live));
    this.lines.push(this.line(op.as, op.size, op.sha256, op.mtime, stat.value.mtime));
    return ok(undefined);
  }

  private async restamp(mtime: bigint): Answer<void> {
    const { record } = this.step;
    if (record === undefined) throw new Error('a step stamps a file that has no record');
    const stat = await this.options.target.setModifiedTime(this.live, mtime);
    if (stat.isErr()) return err(stat.error);
    if (stat.value.size !== record.size) return err(this.moved(stat.value.size, record.size));
    this.lines.push(this.line('restamped', record.size, record.sha256, mtime, stat.value.mtime));
    return ok(undefined);
  }

  private async aside(op: Op & { do: 'aside' }): Answer<void> {
    const { group, target, paths } = this.options;
    if (!op.recorded) {
      const { mtime, targetMtime } = this.latest() ?? { mtime: 0n, targetMtime: 0n };
      const { size, sha256, lost } = op;
      this.lines.push({ kind: 'aside', ...this.names, size, sha256, mtime, targetMtime, lost });
    }
    const recorded = await group.commit(this.lines, [...this.folders], true);
    if (recorded.isErr()) return recorded;
    this.lines = [];
    if (!op.move) return ok(undefined);
    const held = await this.options.lease.check();
    if (held.isErr()) return held;
    const moved = await this.moveToVersions(op.sha256, op.size);
    if (moved.isErr()) return moved;
    // The old bytes' new name must be durable before anything takes the old one.
    return target.flush([...withAncestors(paths.versions), parentPath(this.live)]);
  }

  private async moveToVersions(sha256: string, size: number): Answer<void> {
    const { target, paths, run } = this.options;
    const version = versionPath(paths, sha256);
    const moved = await target.rename(this.live, version);
    if (moved.isOk() || moved.error.kind !== 'exists') return moved;
    const present = await target.stat(version);
    if (present.isErr()) return err(present.error);
    const digest = await this.digestOf(version, Math.min(size, present.value.size));
    if (digest.isErr()) return err(digest.error);
    if (digest.value === sha256) return target.remove(this.live);
    // What lies under this digest has other bytes: it is kept under another name, and makes room.
    const spoiled = await target.rename(version, childPath(paths.versions, `${sha256}.spoiled-${run}`));
    return spoiled.isErr() ? spoiled : target.rename(this.live, version);
  }

  private async fillNew(op: Fill): Answer<void> {
    const { target } = this.options;
    if (this.staged === null && op.size <= target.traits.publishLimit) return this.publishSmall(op);
    const staged = this.staged ?? (await this.stage(op));
    if ('isErr' in staged && staged.isErr()) return err(staged.error);
    const { temporary, sha256, stat } = 'isErr' in staged ? staged.value : staged;
    const held = await this.options.lease.check();
    if (held.isErr()) return held;
    const renamed = await target.rename(temporary, this.live);
    if (renamed.isErr()) return this.discard(temporary, renamed.error);
    this.filled(op, sha256, stat);
    return ok(undefined);
  }

  private async publishSmall(op: Fill): Answer<void> {
    const { target, sha256 } = this.options;
    const hasher = sha256.start();
    const bytes = await collect(this.incoming(op, op.size, hasher), op.size);
    if (bytes.isErr()) return err(bytes.error);
    const digest = hasher.hex();
    const held = await this.options.lease.check();
    if (held.isErr()) return held;
    const temporary = this.temporary();
    const stat = await target.publish({ path: this.live, temporary, bytes: bytes.value, mtime: op.mtime });
    if (stat.isErr()) return this.discard(temporary, stat.error);
    if (stat.value.size !== op.size) return err(this.moved(stat.value.size, op.size));
    this.filled(op, digest, stat.value);
    return ok(undefined);
  }

  /** Brings the whole file to `tmp/`, durable and proven. */
  private async stage(op: Fill): Answer<Staged> {
    const { target, sha256 } = this.options;
    const temporary = this.temporary();
    const hasher = sha256.start();
    const bytes = this.incoming(op, op.size, hasher);
    const stat = await target.create(temporary, bytes, op.size, { mtime: op.mtime, ...this.signal });
    if (stat.isErr()) return this.discard(temporary, stat.error);
    if (stat.value.size !== op.size) return this.discard(temporary, this.moved(stat.value.size, op.size));
    return ok({ temporary, sha256: hasher.hex(), stat: stat.value });
  }

  private async fillBehind(op: Fill, from: number): Answer<void> {
    const { target, book } = this.options;
    const known = book.prefixHash(this.step.path, from);
    const prefix = known === null ? await this.hashArchived(from) : ok(known);
    if (prefix.isErr()) return err(prefix.error);
    const hasher = prefix.value;
    const length = op.size - from;
    const bytes = this.incoming(op, length, hasher);
    const stat = await target.append(this.live, from, bytes, length, { mtime: op.mtime, ...this.signal });
    if (stat.isErr()) return this.cutBack(from, stat.error);
    if (stat.value.size !== op.size) return err(this.moved(stat.value.size, op.size));
    const digest = hasher.hex();
    if (known === null) {
      const proven = await this.proveWhole(op.size, digest);
      if (proven.isErr()) return this.cutBack(from, proven.error);
    }
    this.filled(op, digest, stat.value);
    return ok(undefined);
  }

  /**
   * Takes away what came of a file that the source then did not have like that any more: left behind the record it would look
   * as if somebody had changed the archive. What came before an interruption stays, for the next run to claim.
   */
  private async cutBack(from: number, error: KeepError): Answer<void> {
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

  private async digestOf(path: RelativePath, length: number): Answer<string> {
    for await (const digest of this.options.target.digest([{ path, offset: 0, length }], this.signal)) {
      return digest.map((value) => value.sha256);
    }
    return err(keepError('short', 'digest', `no digest came of ${printable(path)}`));
  }

  private async putBack(op: Op & { do: 'putBack' }): Answer<void> {
    const { target, paths, sha256 } = this.options;
    const temporary = this.temporary();
    const hasher = sha256.start();
    const version = versionPath(paths, op.sha256);
    const read = readRange(target, { path: version, offset: 0, length: op.size }, this.signal);
    const bytes = hashed(read, op.size, hasher, () => undefined);
    const stat = await target.create(temporary, bytes, op.size, { mtime: op.mtime, ...this.signal });
    if (stat.isErr()) return this.discard(temporary, stat.error);
    if (hasher.hex() !== op.sha256) {
      const text = `the version that could replace ${printable(this.step.path)} has other bytes than its name says`;
      return this.discard(temporary, keepError('damaged', 'put back', text, { path: this.step.path }));
    }
    const renamed = await target.rename(temporary, this.live);
    if (renamed.isErr()) return this.discard(temporary, renamed.error);
    this.folders.add(parentPath(this.live));
    this.lines.push(this.line(op.as, op.size, op.sha256, op.mtime, stat.value.mtime));
    return ok(undefined);
  }

  private filled(op: Fill, sha256: string, stat: FileStat): void {
    this.folders.add(parentPath(this.live));
    this.lines.push(this.line(op.as, op.size, sha256, op.mtime, stat.mtime));
  }

  private line(kind: FileKind, size: number, sha256: string, mtime: bigint, targetMtime: bigint): LineDraft {
    return { kind, ...this.names, size, sha256, mtime, targetMtime };
  }

  private get names(): { path: RelativePath; stored?: RelativePath } {
    const { path, target, record } = this.step;
    const stored = target?.stored ?? record?.stored;
    return stored === undefined ? { path } : { path, stored };
  }

  /** What is known of the file by now: this step's own last line, else its record. */
  private latest(): FileFacts | null {
    const last = this.lines.at(-1);
    return last !== undefined && 'path' in last ? last : (this.step.record ?? null);
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

  private async discard(temporary: RelativePath, error: KeepError): Promise<Result<never, KeepError>> {
    // What cannot be removed now is removed by the next run, under the lease.
    await this.options.target.remove(temporary).then(() => undefined);
    return err(error);
  }

  private changed(): KeepError {
    const text = `${printable(this.step.path)} was changed at the source while it was read`;
    return keepError('changed', 'copy', text, { path: this.step.path });
  }

  private moved(found: number, expected: number): KeepError {
    const text = `${printable(this.step.path)} has ${found.toString()} bytes in the archive where ${expected.toString()} were written`;
    return keepError('damaged', 'write', text, { path: this.step.path });
  }
}

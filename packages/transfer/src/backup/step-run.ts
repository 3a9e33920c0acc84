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
  type Op,
  type RelativePath,
  type Step,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { KeptAs } from '../archive/kept-as.js';
import { versionPath, withAncestors, type RepoPaths } from '../archive/archive-paths.js';
import { hashed } from '../io/hashed.js';
import { readRange } from '../io/read-range.js';
import type { LineDraft } from '../ledger/ledger-writer.js';
import { FileFill, type Fill, type Filled, type FillOptions, type Staged } from './fill-file.js';
import type { GroupCommit } from './group-commit.js';

export interface StepRunnerOptions extends FillOptions {
  readonly paths: RepoPaths;
  readonly group: GroupCommit;
  readonly keptAs: KeptAs;
  readonly run: string;
}

/**
 * One step on its way: data durable, then its name, then its line; but an `aside` line first, since it says where the old bytes are
 * about to go.
 */
export class StepRun {
  lines: LineDraft[] = [];
  readonly folders = new Set<RelativePath>();
  private staged: Staged | null = null;
  private readonly stored: RelativePath;
  private readonly live: RelativePath;
  private readonly file: FileFill;

  constructor(
    private readonly step: Step,
    chunks: Bytes | null,
    private readonly options: StepRunnerOptions,
    private readonly temporary: () => RelativePath,
  ) {
    this.stored = options.keptAs(step);
    this.live = joinPath(options.paths.live, this.stored);
    this.file = new FileFill(step, chunks, this.live, options, temporary);
  }

  async run(): Answer<void> {
    const { ops } = this.step;
    const fill = ops.find((op) => op.do === 'fill');
    if (fill?.from === null && ops.some((op) => op.do === 'aside' && op.move)) {
      const held = await this.options.lease.check();
      const staged = held.isErr() ? err(held.error) : await this.file.stage(fill);
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
        return this.fill(op);
      case 'putBack':
        return this.putBack(op);
    }
  }

  private async record(op: Op & { do: 'record' }): Answer<void> {
    const { target } = this.options;
    const stat = op.stamp ? await target.setModifiedTime(this.live, op.mtime) : await target.stat(this.live);
    if (stat.isErr()) return err(stat.error);
    if (stat.value.size !== op.size) return err(this.file.wrongSize(stat.value.size, op.size));
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
    if (stat.value.size !== record.size) return err(this.file.wrongSize(stat.value.size, record.size));
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

  private async fill(op: Fill): Answer<void> {
    const filled = await this.filled(op);
    if (filled.isErr()) return err(filled.error);
    // What is appended to has had a durable name since the line that began it.
    if (op.from === null) this.folders.add(parentPath(this.live));
    this.lines.push(this.line(op.as, op.size, filled.value.sha256, op.mtime, filled.value.stat.mtime));
    return ok(undefined);
  }

  private filled(op: Fill): Answer<Filled> {
    if (op.from !== null) return this.file.behind(op, op.from);
    return this.staged === null ? this.file.fresh(op) : this.file.putInPlace(this.staged);
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
    if (stat.isErr()) return this.file.discard(temporary, stat.error);
    if (hasher.hex() !== op.sha256) {
      const text = `the version that could replace ${printable(this.step.path)} has other bytes than its name says`;
      return this.file.discard(temporary, keepError('damaged', 'put back', text, { path: this.step.path }));
    }
    const renamed = await target.rename(temporary, this.live);
    if (renamed.isErr()) return this.file.discard(temporary, renamed.error);
    this.folders.add(parentPath(this.live));
    this.lines.push(this.line(op.as, op.size, op.sha256, op.mtime, stat.value.mtime));
    return ok(undefined);
  }

  private line(kind: FileKind, size: number, sha256: string, mtime: bigint, targetMtime: bigint): LineDraft {
    return { kind, ...this.names, size, sha256, mtime, targetMtime };
  }

  private get names(): { path: RelativePath; stored?: RelativePath } {
    const { path } = this.step;
    return this.stored === path ? { path } : { path, stored: this.stored };
  }

  /** What is known of the file by now: this step's own last line, else its record. */
  private latest(): FileFacts | null {
    const last = this.lines.at(-1);
    return last !== undefined && 'path' in last ? last : (this.step.record ?? null);
  }

  private get signal(): { signal?: AbortSignal } {
    return this.options.signal === undefined ? {} : { signal: this.options.signal };
  }
}

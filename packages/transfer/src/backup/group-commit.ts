import { type Answer, type KeepError, type RelativePath, type Transport } from '@sessionkeep/core';
import { ok, type Result } from 'neverthrow';
import type { LedgerWriter, LineDraft } from '../ledger/ledger-writer.js';

interface Waiting {
  readonly lines: readonly LineDraft[];
  readonly folders: readonly RelativePath[];
  readonly done: (result: Result<void, KeepError>) => void;
}

export interface GroupCommitOptions {
  readonly target: Transport;
  readonly writer: LedgerWriter;
  /** A group is written when it has this many lines … */
  readonly groupLines: number;
  /** … or when this many milliseconds have passed since its first. */
  readonly groupMs: number;
}

/**
 * Turns effects into ledger lines, many at a time: folders flushed, then the lines appended and flushed, and only then is anybody
 * told. What is durable costs two flushes a group, not two a file.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private lines = 0;
  private urgent = false;
  private running: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: GroupCommitOptions) {}

  /**
   * Adds one effect's lines. Answers when they are durable.
   *
   * @param folders whose names must be durable before the lines are
   * @param now write the group at once: somebody cannot go on without it
   */
  commit(lines: readonly LineDraft[], folders: readonly RelativePath[], now = false): Answer<void> {
    const answer = new Promise<Result<void, KeepError>>((done) =>
      this.waiting.push({ lines, folders, done }),
    );
    this.lines += lines.length;
    this.urgent ||= now;
    if (now || this.lines >= this.options.groupLines) this.start();
    else this.timer ??= setTimeout(() => this.start(), this.options.groupMs);
    return answer;
  }

  /** How many effects wait for their lines: whoever makes more of them slows down when these are many. */
  get backlog(): number {
    return this.waiting.length;
  }

  /** Writes all that waits, and returns when it is written. */
  async drain(): Promise<void> {
    while (this.waiting.length > 0 || this.running !== null) {
      this.start();
      await this.running;
    }
  }

  private start(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.running ??= this.run().finally(() => {
      this.running = null;
      if (this.urgent || this.lines >= this.options.groupLines) this.start();
      else if (this.waiting.length > 0) this.timer ??= setTimeout(() => this.start(), this.options.groupMs);
    });
  }

  private async run(): Promise<void> {
    const group = this.waiting;
    this.waiting = [];
    this.lines = 0;
    this.urgent = false;
    const result = await this.write(group);
    for (const { done } of group) done(result);
  }

  private async write(group: readonly Waiting[]): Answer<void> {
    const { target, writer } = this.options;
    const folders = new Set(group.flatMap((waiting) => waiting.folders));
    if (folders.size > 0) {
      const flushed = await target.flush([...folders]);
      if (flushed.isErr()) return flushed;
    }
    const lines = group.flatMap((waiting) => waiting.lines);
    return lines.length === 0 ? ok(undefined) : writer.append(lines);
  }
}

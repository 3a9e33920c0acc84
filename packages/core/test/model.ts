import { LedgerState } from '../src/ledger/ledger-state.js';
import type { AsideLine, FileFacts, FileKind, FileLine, LiveRecord } from '../src/ledger/line.js';
import type { FileEntry } from '../src/manifest/entry.js';
import type { RelativePath } from '../src/path/relative-path.js';
import { plan } from '../src/plan/plan.js';
import { questionKey, type Question, type QuestionAnswer } from '../src/plan/question.js';
import type { Policy } from '../src/plan/situation.js';
import type { Op, Step } from '../src/plan/step.js';
import { inputOf, listed } from './entries.js';
import { hash } from './sha256.js';

export interface ModelFile {
  readonly bytes: string;
  readonly mtime: bigint;
}

/** Thrown by {@link Model.run} where a crash was asked for. */
export class Crash extends Error {}

/** A source and an archive in memory, and the plainest executor there can be: it trusts nothing it is told to do. */
export class Model {
  readonly source = new Map<RelativePath, ModelFile>();
  readonly live = new Map<RelativePath, ModelFile>();
  readonly versions = new Map<string, string>();
  readonly state = new LedgerState();
  readonly lines: (FileLine | AsideLine)[] = [];
  /** Answers given while planning, of all runs. */
  asked: string[] = [];
  /** Effects until the power goes; -1 for never. */
  fuse = -1;
  private clock = 0;

  constructor(public policy: Partial<Policy> = {}) {}

  /** Plans until nothing is asked any more. */
  plan(): readonly Step[] {
    const input = inputOf({
      files: [...this.source].map(([path, file]) => this.entry(path, file)),
      records: [...this.state.records.values()],
      target: [...this.live].map(([path, { bytes, mtime }]) => listed(path, bytes, mtime)),
      policy: this.policy,
    });
    const answers = new Map<string, QuestionAnswer>();
    for (let rounds = 0; rounds < 5; rounds++) {
      const { steps, questions } = plan(input, answers);
      if (questions.length === 0) return steps;
      for (const question of questions) answers.set(questionKey(question), this.answer(question));
    }
    throw new Error('the planner goes on asking');
  }

  /** Plans and executes. */
  run(): readonly Step[] {
    const steps = this.plan();
    for (const step of steps) for (const op of step.ops) this.execute(step, op);
    return steps;
  }

  /** The time of the last line written. */
  get now(): string {
    return new Date(this.clock).toISOString();
  }

  private entry(path: RelativePath, { bytes, mtime }: ModelFile): FileEntry {
    return { kind: 'file', path, size: bytes.length, mtime, identity: '' };
  }

  private answer(question: Question): QuestionAnswer {
    this.asked.push(questionKey(question));
    if (question.side === 'versions')
      return { present: this.versions.get(question.sha256)?.length === question.size };
    const files = question.side === 'source' ? this.source : this.live;
    const bytes = files.get(question.path)?.bytes ?? '';
    must(bytes.length >= question.length, 'asks only for bytes that are there');
    return { sha256: hash(bytes.slice(0, question.length)) };
  }

  private execute({ path }: Step, op: Op): void {
    switch (op.do) {
      case 'note':
        return this.write(op.as, this.record(path));
      case 'record': {
        const { bytes, mtime } = this.there(path);
        must(hash(bytes) === op.sha256 && bytes.length === op.size, 'records what is there');
        if (op.stamp) this.put(path, { bytes, mtime: op.mtime });
        return this.write(op.as, { ...op, path, targetMtime: op.stamp ? op.mtime : mtime });
      }
      case 'fill': {
        const from = op.from ?? 0;
        const before = this.live.get(path)?.bytes;
        must(
          op.from === null ? before === undefined : before?.length === from,
          'fills from where the file ends',
        );
        const bytes = (before ?? '') + (this.source.get(path)?.bytes ?? '').slice(from, op.size);
        must(
          bytes.length === op.size && (op.expect === null || hash(bytes) === op.expect),
          'fills what it promised',
        );
        must(bytes === this.source.get(path)?.bytes.slice(0, op.size), 'fills with what the source has');
        // An append may be cut off in the middle; a new file appears whole.
        if (op.from !== null)
          this.put(path, { bytes: bytes.slice(0, Math.ceil((from + op.size) / 2)), mtime: -1n });
        this.put(path, { bytes, mtime: op.mtime });
        return this.write(op.as, {
          path,
          size: op.size,
          sha256: hash(bytes),
          mtime: op.mtime,
          targetMtime: op.mtime,
        });
      }
      case 'aside': {
        const { mtime, targetMtime } = this.state.records.get(path) ?? { mtime: 0n, targetMtime: 0n };
        const { size, sha256, lost } = op;
        if (!op.recorded) this.write('aside', { path, size, sha256, mtime, targetMtime }, lost);
        if (!op.move) return;
        const { bytes } = this.there(path);
        must(hash(bytes) === sha256 && bytes.length === size, 'puts aside what is there');
        this.spark();
        this.versions.set(sha256, bytes);
        this.live.delete(path);
        return;
      }
      case 'restamp': {
        const { bytes } = this.there(path);
        must(hash(bytes) === this.record(path).sha256, 'stamps the bytes that were kept');
        this.put(path, { bytes, mtime: op.mtime });
        return this.write('restamped', { ...this.record(path), mtime: op.mtime, targetMtime: op.mtime });
      }
      case 'putBack': {
        const bytes = this.versions.get(op.sha256);
        must(bytes?.length === op.size && !this.live.has(path), 'puts back a version where nothing is');
        this.put(path, { bytes: bytes ?? '', mtime: op.mtime });
        return this.write(op.as, { ...op, path, targetMtime: op.mtime });
      }
    }
  }

  private there(path: RelativePath): ModelFile {
    const file = this.live.get(path);
    if (file === undefined) throw new Error(`nothing at ${path}`);
    return file;
  }

  private record(path: RelativePath): LiveRecord {
    const found = this.state.records.get(path);
    if (found === undefined) throw new Error(`no record of ${path}`);
    return found;
  }

  private put(path: RelativePath, file: ModelFile): void {
    this.spark();
    this.live.set(path, file);
  }

  private write(kind: FileKind | 'aside', facts: FileFacts, lost = false): void {
    this.spark();
    const { path, size, sha256, mtime, targetMtime } = facts;
    const stamp = { at: new Date(++this.clock).toISOString(), run: 'r' };
    const line: FileLine | AsideLine =
      kind === 'aside'
        ? { kind, path, size, sha256, mtime, targetMtime, lost, ...stamp }
        : { kind, path, size, sha256, mtime, targetMtime, ...stamp };
    const problem = this.state.apply(line);
    must(problem === null, `the ledger takes every line: ${kind}: ${problem ?? ''}`);
    this.lines.push(line);
  }

  private spark(): void {
    if (this.fuse === 0) throw new Crash();
    this.fuse--;
  }
}

function must(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`broken: ${promise}`);
}

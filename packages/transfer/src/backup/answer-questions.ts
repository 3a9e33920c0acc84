import {
  joinPath,
  questionKey,
  type FileEntry,
  type Hasher,
  type Question,
  type QuestionAnswer,
  type Range,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import { versionPath, type RepoPaths } from '../archive/archive-paths.js';

type DigestQuestion = Exclude<Question, { side: 'versions' }>;

export interface Asked {
  readonly source: Transport;
  readonly target: Transport;
  readonly paths: RepoPaths;
  readonly sourcePath: (path: RelativePath) => RelativePath;
  /** Where a path lies in the repo's folder of the archive. */
  readonly targetPath: (path: RelativePath) => RelativePath;
  /** A file as the source's scan saw it, so that another file under its name is noticed. */
  readonly scanned: (path: RelativePath) => FileEntry | undefined;
  readonly signal?: AbortSignal;
}

/** What was answered, and for the source's prefixes the running hash to go on from. */
export class AnswerBook {
  readonly answers = new Map<string, QuestionAnswer>();
  private readonly states = new Map<string, Hasher>();

  /** A hash of the source's first `length` bytes, to be extended; null where it was not made in this process. */
  prefixHash(path: RelativePath, length: number): Hasher | null {
    return this.states.get(`${length.toString()} ${path}`)?.copy() ?? null;
  }

  /** Forgets what was said; hashes to go on from are kept. */
  forgetAnswers(): void {
    this.answers.clear();
  }

  /** Puts the questions to those who can answer, in bulk, each where the bytes lie. */
  async ask(questions: readonly Question[], asked: Asked): Promise<void> {
    const fresh = new Map<string, Question>();
    for (const question of questions) {
      const key = questionKey(question);
      if (!this.answers.has(key)) fresh.set(key, question);
    }
    const all = [...fresh.values()];
    await Promise.all([this.digests('source', all, asked), this.digests('target', all, asked)]);
    for (const question of all) if (question.side === 'versions') await this.version(question, asked);
  }

  private async digests(side: 'source' | 'target', all: readonly Question[], asked: Asked): Promise<void> {
    const questions = all.filter((question): question is DigestQuestion => question.side === side);
    const ranges = questions.map((question): Range => {
      const identity = side === 'source' ? (asked.scanned(question.path)?.identity ?? '') : '';
      const path =
        side === 'source'
          ? asked.sourcePath(question.path)
          : joinPath(asked.paths.live, asked.targetPath(question.path));
      return { path, offset: 0, length: question.length, identity };
    });
    if (ranges.length === 0) return;
    let at = 0;
    for await (const digest of asked[side].digest(ranges, asked.signal && { signal: asked.signal })) {
      const question = questions[at++];
      if (question === undefined) return;
      this.answers.set(
        questionKey(question),
        digest.isOk() ? { sha256: digest.value.sha256 } : { error: digest.error },
      );
      // Only a prefix is ever gone on from, and a running hash is too large to be held for every file there is.
      const isPrefix = side === 'source' && question.length < (asked.scanned(question.path)?.size ?? 0);
      if (isPrefix && digest.isOk() && digest.value.state !== undefined) {
        this.states.set(`${question.length.toString()} ${question.path}`, digest.value.state);
      }
    }
  }

  private async version(question: Question & { side: 'versions' }, { target, paths }: Asked): Promise<void> {
    const stat = await target.stat(versionPath(paths, question.sha256));
    const missing = stat.isErr() && stat.error.kind === 'not-found';
    this.answers.set(
      questionKey(question),
      stat.isErr() && !missing
        ? { error: stat.error }
        : { present: stat.isOk() && stat.value.size === question.size },
    );
  }
}

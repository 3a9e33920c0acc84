import type { KeepError } from '../error/keep-error.js';
import { EMPTY_SHA256 } from '../hash/sha256.js';
import type { RelativePath } from '../path/relative-path.js';

/** What the planner must know before it can decide: the digest of a prefix, or whether a version is there. */
export type Question =
  | { readonly side: 'source' | 'target'; readonly path: RelativePath; readonly length: number }
  | {
      readonly side: 'versions';
      readonly path: RelativePath;
      readonly sha256: string;
      readonly size: number;
    };

/** A prefix's digest, whether a version is there, or why neither could be found out: the path's step then fails. */
export type QuestionAnswer =
  { readonly sha256: string } | { readonly present: boolean } | { readonly error: KeepError };

/** Answers so far, by {@link questionKey}. */
export type Answers = ReadonlyMap<string, QuestionAnswer>;

/** The name under which a question's answer is looked up; questions that ask the same share it. */
export function questionKey(question: Question): string {
  return question.side === 'versions'
    ? `versions ${question.sha256}`
    : `${question.side} ${question.length.toString()} ${question.path}`;
}

/** One path's view of the answers: what is not answered yet is noted as an open question. */
export class Inquiry {
  /** Each once. */
  readonly open: Question[] = [];
  /** The first answer that was an error. */
  failure: KeepError | null = null;

  constructor(
    private readonly path: RelativePath,
    private readonly answers: Answers,
  ) {}

  /** The digest of a prefix, or null when it is not known yet. */
  digest(side: 'source' | 'target', length: number): string | null {
    if (length === 0) return EMPTY_SHA256;
    const answer = this.ask({ side, path: this.path, length });
    return answer !== null && 'sha256' in answer ? answer.sha256 : null;
  }

  /** True when both sides' first `length` bytes are the same; null when that is not known yet. */
  same(length: number): boolean | null {
    const source = this.digest('source', length);
    const target = this.digest('target', length);
    return source === null || target === null ? null : source === target;
  }

  /** Whether `versions/<sha256>` is there with that size. */
  version(sha256: string, size: number): boolean | null {
    const answer = this.ask({ side: 'versions', path: this.path, sha256, size });
    return answer !== null && 'present' in answer ? answer.present : null;
  }

  private ask(question: Question): QuestionAnswer | null {
    const key = questionKey(question);
    const answer = this.answers.get(key);
    if (answer === undefined) {
      if (!this.open.some((open) => questionKey(open) === key)) this.open.push(question);
      return null;
    }
    if ('error' in answer) {
      this.failure ??= answer.error;
      return null;
    }
    return answer;
  }
}

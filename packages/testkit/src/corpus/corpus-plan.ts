/** What a file of a corpus is. */
export type CorpusKind = 'session' | 'subagent' | 'meta' | 'tool-result' | 'memory' | 'index' | 'lock';

/** All that a file's bytes follow from. */
export interface ContentSpec {
  readonly kind: CorpusKind;
  readonly seed: number;
  /** In bytes; for logs it follows from `seed` and `lines`. */
  readonly size: number;
  /** Lines of a log; 0 for all else. */
  readonly lines: number;
  readonly cwd: string;
  /** The session the file belongs to; empty for what belongs to the whole project. */
  readonly session: string;
  /** Time of the first line, in milliseconds since 1970. */
  readonly start: number;
  /** True for lines that begin a log: the first has no parent and holds the prompt. */
  readonly opens: boolean;
}

/** One file of a corpus, and all that its bytes follow from. */
export interface CorpusFile {
  /** Relative to the projects folder, `/` between names. */
  readonly path: string;
  /** Nanoseconds since 1970, in steps of 1/64 s, which every way of setting times keeps exactly. */
  readonly mtime: bigint;
  readonly content: ContentSpec;
}

/** A project folder, and the working folder it stands for. */
export interface CorpusProject {
  readonly folder: string;
  readonly cwd: string;
}

/** A corpus as pure data: a projects folder as Claude Code would have written it. */
export interface CorpusPlan {
  readonly projects: readonly CorpusProject[];
  readonly files: readonly CorpusFile[];
}

/** Sum of the sizes, in bytes. */
export function corpusBytes(plan: CorpusPlan): number {
  return plan.files.reduce((sum, file) => sum + file.content.size, 0);
}

const STEP = 1_000_000_000n / 64n;

/** A time of day as corpora have them: nanoseconds since 1970 from milliseconds, in steps of 1/64 s. */
export function corpusTime(milliseconds: number): bigint {
  return ((BigInt(Math.floor(milliseconds)) * 1_000_000n) / STEP) * STEP;
}

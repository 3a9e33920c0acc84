import { keepError, printable, type ErrorKind, type KeepError } from '@sessionkeep/core';

/** Where something failed: the transport's name, what was asked of it, and the path below its root. */
export interface Attempt {
  readonly transport: string;
  readonly operation: string;
  readonly path: string;
}

/** What came back, whoever asked. `text` completes "could not …: ". */
export interface Problem {
  readonly kind: ErrorKind;
  readonly text: string;
  /** Whether the very same call may succeed if made again. */
  readonly retry: boolean;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A problem that no repetition solves, unless `more` says otherwise. */
export function problem(kind: ErrorKind, text: string, more: Partial<Problem> = {}): Problem {
  return { kind, text, retry: false, ...more };
}

/** The error of an attempt that came upon a problem. */
export function errorOf(attempt: Attempt, { kind, text, retry, hint, cause }: Problem): KeepError {
  const { transport, operation, path } = attempt;
  const where = path === '' ? printable(transport) : `"${printable(path)}" in ${printable(transport)}`;
  return keepError(kind, operation, `could not ${operation} ${where}: ${printable(text)}`, {
    transport,
    path,
    retry,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** An error that a repetition does not solve. */
export function failure(kind: ErrorKind, attempt: Attempt, text: string): KeepError {
  return errorOf(attempt, problem(kind, text));
}

export const ABORTED: Problem = problem('aborted', 'it was cancelled');

export function aborted(attempt: Attempt): KeepError {
  return errorOf(attempt, ABORTED);
}

/** Whether it is aborted now: a signal may be between two looks at it. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

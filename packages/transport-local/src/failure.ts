import { keepError, printable, type ErrorKind, type KeepError } from '@sessionkeep/core';
import { meaningOf } from './errno-table.js';

/** Where something failed: the transport's name, what was asked of it, and the path below its root. */
export interface Attempt {
  readonly transport: string;
  readonly operation: string;
  readonly path: string;
}

/** The code of a system error, e.g. `ENOENT`; empty for anything else. */
export function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  const { code } = cause as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : '';
}

/** An error of this transport that no system call reported. `problem` completes "could not …: ". */
export function failure(kind: ErrorKind, attempt: Attempt, problem: string, cause?: unknown): KeepError {
  return build(kind, false, attempt, problem, cause);
}

/** Translates what `node:fs` threw. */
export function systemFailure(attempt: Attempt, cause: unknown): KeepError {
  const code = codeOf(cause);
  const { kind, retry } = meaningOf(code);
  return build(kind, retry, attempt, describe(cause), cause);
}

export function aborted(attempt: Attempt): KeepError {
  return failure('aborted', attempt, 'it was cancelled');
}

function build(
  kind: ErrorKind,
  retry: boolean,
  attempt: Attempt,
  problem: string,
  cause: unknown,
): KeepError {
  const { transport, operation, path } = attempt;
  const where = path === '' ? printable(transport) : `"${printable(path)}" in ${printable(transport)}`;
  return keepError(kind, operation, `could not ${operation} ${where}: ${problem}`, {
    retry,
    transport,
    path,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Node says `ENOSPC: no space left on device, write`: the part before the comma is what came back. */
function describe(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return printable(codeOf(cause) === '' ? text : (text.split(', ', 1)[0] ?? text));
}

import { keepError, printable, type ErrorKind, type KeepError } from '@sessionkeep/core';
import type { SmbError } from '@sessionkeep/smb2';
import { hintOf, meaningOf } from './smb-error-table.js';

/** Where something failed: the transport's name, what was asked of it, and the path below its root. */
export interface Attempt {
  readonly transport: string;
  readonly operation: string;
  readonly path: string;
}

/** An error of this transport that the server did not report. `problem` completes "could not …: ". */
export function failure(kind: ErrorKind, attempt: Attempt, problem: string, cause?: unknown): KeepError {
  return build(kind, attempt, problem, cause === undefined ? {} : { cause });
}

/** Translates what the SMB client reported. */
export function smbFailure(attempt: Attempt, error: SmbError): KeepError {
  const hint = hintOf(error);
  return build(meaningOf(error), attempt, problemOf(error), {
    retry: error.retry,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What is refused because the whole share may only be read. */
export function readOnlyFailure(attempt: Attempt, error: SmbError): KeepError {
  const hint = 'this user may only read on this share: have it made writable, or take another';
  return build('read-only', attempt, problemOf(error), { cause: error, hint });
}

export function aborted(attempt: Attempt): KeepError {
  return failure('aborted', attempt, 'it was cancelled');
}

type More = Partial<Pick<KeepError, 'retry' | 'cause' | 'hint'>>;

function build(kind: ErrorKind, attempt: Attempt, problem: string, more: More): KeepError {
  const { transport, operation, path } = attempt;
  const where = path === '' ? printable(transport) : `"${printable(path)}" in ${printable(transport)}`;
  return keepError(kind, operation, `could not ${operation} ${where}: ${problem}`, {
    transport,
    path,
    ...more,
  });
}

/** The client says `could not open "a": the server says that …`: what came back follows the attempt. */
function problemOf({ message, operation, path }: SmbError): string {
  const where = path === undefined ? '' : ` "${printable(path)}"`;
  const [own, shown] = [`could not ${operation}`, `could not ${operation}${where}: `];
  if (message.startsWith(shown)) return message.slice(shown.length);
  const colon = message.indexOf('": ');
  return message.startsWith(own) && colon > 0 ? message.slice(colon + 3) : message;
}

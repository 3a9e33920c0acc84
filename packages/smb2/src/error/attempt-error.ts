import type { DecodeFault } from '../bytes/decode-fault.js';
import type { Unencodable } from '../bytes/unencodable.js';
import { printable } from './printable.js';
import { smbError, type SmbError, type SmbErrorKind } from './smb-error.js';

/** What was being done, e.g. `open`, and on which path of the share, if on one. */
export interface Attempt {
  readonly operation: string;
  readonly path?: string;
}

/** An error of an attempt; `problem` completes "could not open "a.txt": …". */
export function attemptError(
  kind: SmbErrorKind,
  attempt: Attempt,
  problem: string,
  more: Partial<Pick<SmbError, 'retry' | 'hint' | 'status' | 'cause'>> = {},
): SmbError {
  const { operation, path } = attempt;
  const where = path === undefined ? '' : ` "${printable(path)}"`;
  return smbError(kind, operation, `could not ${operation}${where}: ${problem}`, {
    ...(path === undefined ? {} : { path }),
    ...more,
  });
}

/** The server sent what the specification does not allow. */
export function malformed(attempt: Attempt, { structure, problem, at }: DecodeFault): SmbError {
  return attemptError(
    'protocol',
    attempt,
    `the server's ${structure} is malformed at byte ${at}: ${printable(problem)}`,
  );
}

/** The caller's value has no form on the wire. */
export function unencodable(attempt: Attempt, { field, problem }: Unencodable): SmbError {
  return attemptError('invalid', attempt, `this ${field} cannot be sent: ${problem}`);
}

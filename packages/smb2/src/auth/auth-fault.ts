import type { DecodeFault } from '../bytes/decode-fault.js';
import { attemptError, type Attempt } from '../error/attempt-error.js';
import type { SmbError, SmbErrorKind } from '../error/smb-error.js';

/** Why signing in cannot go on, as data. Whether the password was right, only the server's status tells. */
export interface AuthFault {
  readonly kind: Extract<SmbErrorKind, 'protocol' | 'insecure' | 'unsupported' | 'invalid' | 'sign-in'>;
  readonly problem: string;
  readonly hint?: string;
}

export function undecodable({ structure, problem }: DecodeFault): AuthFault {
  return { kind: 'protocol', problem: `the server's ${structure} is malformed: ${problem}` };
}

export function authError(attempt: Attempt, { kind, problem, hint }: AuthFault): SmbError {
  return attemptError(kind, attempt, problem, hint === undefined ? {} : { hint });
}

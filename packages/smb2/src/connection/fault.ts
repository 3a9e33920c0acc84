import { attemptError, type Attempt } from '../error/attempt-error.js';
import type { DecodeFault } from '../bytes/decode-fault.js';
import { printable } from '../error/printable.js';
import type { SmbError, SmbErrorKind } from '../error/smb-error.js';

/** Why a connection ended, as data: every request that was under way fails with an error made of it. */
export interface Fault {
  readonly kind: SmbErrorKind;
  /** Completes "could not read "a.txt": …". */
  readonly problem: string;
  /** Whether the same call may succeed on a fresh connection. */
  readonly retry: boolean;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The error that an attempt ends with when its connection has. */
export function faultError(attempt: Attempt, fault: Fault): SmbError {
  const { kind, problem, retry, hint, cause } = fault;
  return attemptError(kind, attempt, problem, {
    retry,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The caller's signal ended it. */
export const ABORTED: Fault = { kind: 'aborted', problem: 'it was aborted', retry: false };

/** The server sent what the specification does not allow. */
export function protocolFault(problem: string): Fault {
  return { kind: 'protocol', problem, retry: false };
}

export function decodeFault({ structure, problem, at }: DecodeFault): Fault {
  return protocolFault(`the server's ${structure} is malformed at byte ${at}: ${printable(problem)}`);
}

/** A reply is not protected as it has to be. */
export function insecureFault(problem: string): Fault {
  return {
    kind: 'insecure',
    problem,
    retry: false,
    hint: 'something on the way may be changing what is sent, or posing as the server',
  };
}

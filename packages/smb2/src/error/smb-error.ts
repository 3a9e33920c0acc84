/** What went wrong, in a vocabulary that is closed: NTSTATUS codes and socket errors are translated into it. */
export type SmbErrorKind =
  | 'not-found'
  /** The server has no share of that name: says nothing about files. */
  | 'no-share'
  | 'exists'
  | 'not-empty'
  /** A folder where a file was asked for, or a file where a folder was. */
  | 'wrong-type'
  | 'denied'
  /** The server does not take this user, password or account. */
  | 'sign-in'
  /** Somebody else has it open or locked, or it is about to be deleted. */
  | 'busy'
  | 'full'
  | 'read-only'
  /** A name or value the server does not take. */
  | 'invalid'
  | 'unsupported'
  /** The path leads through a symbolic link or reparse point, which the server leaves to the client to follow. */
  | 'link'
  /** The handle, share or session is not valid any more. */
  | 'closed'
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  /** A signature is wrong or missing, or the server offers less protection than is wanted. */
  | 'insecure'
  /** What came is not what the specification says. */
  | 'protocol'
  | 'io';

/** A Windows status code as the server sent it, with its name from MS-ERREF where it has one. */
export interface NtStatus {
  readonly code: number;
  readonly name: string;
}

/**
 * An error as data; it crosses every border inside a `Result`, and holds no key and no password.
 *
 * `message` says in one line what was tried, on what, and what came back. `retry` says whether the same call may
 * succeed later, on a fresh connection where `kind` is `closed` or `unreachable`.
 */
export interface SmbError {
  readonly kind: SmbErrorKind;
  readonly operation: string;
  readonly message: string;
  readonly retry: boolean;
  readonly status?: NtStatus;
  readonly path?: string;
  /** What to do, if there is something to do. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Builds an {@link SmbError}; `retry` is false unless said otherwise. */
export function smbError(
  kind: SmbErrorKind,
  operation: string,
  message: string,
  more: Partial<Omit<SmbError, 'kind' | 'operation' | 'message'>> = {},
): SmbError {
  return { kind, operation, message, retry: false, ...more };
}

/** What went wrong, in a vocabulary that is closed: every transport translates its own into this one. */
export type ErrorKind =
  | 'not-found'
  | 'exists'
  | 'denied'
  | 'full'
  | 'read-only'
  /** Fewer bytes came than were promised. */
  | 'short'
  /** The file is not the one that was scanned: replaced, or no regular file any more. */
  | 'changed'
  /** A path or link that leads out of its root, or a name that cannot be trusted. */
  | 'unsafe'
  | 'invalid'
  | 'unsupported'
  /** Another run holds the lease. */
  | 'locked'
  /** We held the lease and do not any more. */
  | 'lease-lost'
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  /** Bytes on the target are not what the ledger says. */
  | 'damaged'
  /** The archive or ledger belongs to something else. */
  | 'foreign'
  /** A saved plan was made for another state than there is now: nothing of it is done. */
  | 'outdated'
  | 'usage'
  | 'io';

/**
 * An error as data. It crosses every package border inside a `Result`; exceptions are for bugs.
 *
 * `message` says what was tried, on what, and what came back, in one line without a full stop.
 * `retry` is set by the transport, which alone knows whether the same call may succeed later.
 */
export interface KeepError {
  readonly kind: ErrorKind;
  readonly operation: string;
  readonly message: string;
  readonly retry: boolean;
  readonly transport?: string;
  readonly path?: string;
  /** What to do, if there is something to do. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Builds a {@link KeepError}; `retry` is false unless said otherwise. */
export function keepError(
  kind: ErrorKind,
  operation: string,
  message: string,
  more: Partial<Omit<KeepError, 'kind' | 'operation' | 'message'>> = {},
): KeepError {
  return { kind, operation, message, retry: false, ...more };
}

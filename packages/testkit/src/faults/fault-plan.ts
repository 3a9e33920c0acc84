import { keepError, type KeepError, type Operation, type RelativePath } from '@sessionkeep/core';

/** What happens at the planned point. */
export type Fault =
  /** The error comes back and the effect is not done. */
  | { readonly kind: 'fail'; readonly error: KeepError }
  /** The process or the connection dies before the effect: this and every later call is `unreachable`. */
  | { readonly kind: 'stop' }
  /** The effect is done, an error that allows a retry comes back, later calls work. */
  | { readonly kind: 'lost-reply' }
  /** The effect is done, and then nothing works any more. */
  | { readonly kind: 'lost-reply-stop' }
  /** What is read ends early, with the error `short`; `silent` without any, as no transport may, to prove callers count. */
  | { readonly kind: 'short-read'; readonly silent?: boolean }
  /** Only a part of the bytes gets there, and then nothing works any more. Where nothing is written it is a `stop`. */
  | { readonly kind: 'torn-write' };

/** The kinds of faults. */
export type FaultKind = Fault['kind'];

/** Which fault happens, and where. */
export interface FaultPlan {
  /** The point it happens at, the first being 1. Without it points are only counted. */
  readonly at?: number;
  readonly fault?: Fault;
  /** Counts only points of these operations. */
  readonly only?: readonly Operation[];
}

/** A place where a fault can happen: a call, an item that a call yields, a chunk that is read or written. */
export interface FaultPoint {
  readonly operation: Operation;
  readonly part: 'call' | 'item' | 'chunk';
  readonly path: RelativePath | undefined;
}

/** What every call says once the process or the connection is dead. */
export function gone(operation: string): KeepError {
  return keepError('unreachable', operation, `${operation} failed: the connection is gone`);
}

/** What comes back when only the reply is lost. */
export function replyLost(operation: string): KeepError {
  return keepError('timeout', operation, `${operation} failed: no reply came`, { retry: true });
}

export function cutShort(operation: string): KeepError {
  return keepError('short', operation, `${operation} failed: it ended early`);
}

import type { ErrorKind, KeepError, Transport } from '@sessionkeep/core';

/** After these a target takes no other file either, whatever repo it is of. */
const ENDING: ReadonlySet<ErrorKind> = new Set(['full', 'read-only', 'unreachable', 'timeout']);

/** What to do about each, where the transport does not know better. */
const HINTS: Partial<Record<ErrorKind, string>> = {
  full: 'make room there and run it again: it goes on from what is done',
  'read-only': 'is it mounted for writing?',
  timeout: 'does its server answer others? Run it again then: it goes on from what is done',
  unreachable: 'is its disk or share mounted? Run it again then: it goes on from what is done',
};

/** The error, with what to do, when it says that a target takes nothing more: it is full, read-only or gone; else null. */
export function targetFailure(error: KeepError, target: Pick<Transport, 'name'>): KeepError | null {
  if (!ENDING.has(error.kind) || (error.transport ?? target.name) !== target.name) return null;
  const hint = error.hint ?? HINTS[error.kind];
  return { ...error, ...(hint !== undefined && { hint }) };
}

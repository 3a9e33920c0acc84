import { printable, type LeaseHolder } from '@sessionkeep/core';

/** What lies beside a lock: who holds it, readable by all. */
export interface LockRecord {
  readonly holder: LeaseHolder;
  /** Random: tells this taking of the lock from every other. */
  readonly token: string;
}

/** Longest record that is read. */
export const LONGEST_RECORD = 16 * 1024;

/** Longest text taken over from a record: it ends up in messages. */
const LONGEST = 1000;

export function formatRecord({ holder, token }: LockRecord): Buffer {
  return Buffer.from(`${JSON.stringify({ holder, token })}\n`);
}

/** Parses what anybody may have written; null when it is no record. */
export function parseRecord(bytes: Uint8Array): LockRecord | null {
  const record = fieldsOf(parseJson(Buffer.from(bytes).toString('utf8')));
  const { pid, ...texts } = fieldsOf(record['holder']);
  const run = textOf(texts['run']);
  const host = textOf(texts['host']);
  const user = textOf(texts['user']);
  const since = textOf(texts['since']);
  const token = textOf(record['token']);
  if (run === null || host === null || user === null || since === null || token === null) return null;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
  return { holder: { run, host, user, pid, since }, token };
}

/** A holder in words, for messages. */
export function describeHolder(record: LockRecord | null): string {
  if (record === null) return 'somebody whose name cannot be read yet';
  const { run, user, host, pid, since } = record.holder;
  return printable(`run ${run} of ${user} on ${host}, process ${pid}, since ${since}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= LONGEST ? value : null;
}

import { printable, type LeaseHolder } from '@sessionkeep/core';
import { hostIdentity, thisProcessStart, type HostIdentity } from './host-identity.js';

/** What a lock file says. */
export interface LockRecord {
  readonly holder: LeaseHolder;
  /** Where the holder's process can be looked for. */
  readonly machine: HostIdentity & { readonly start: string | null };
  /** Random: tells this lock from any other that ever had its name. */
  readonly token: string;
}

/** The record of a lock that this process takes. */
export function newRecord(holder: LeaseHolder, token: string): LockRecord {
  return { holder, machine: { ...hostIdentity(), start: thisProcessStart() }, token };
}

export function formatRecord(record: LockRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Parses what lies in a lock file, which anybody may have written; null when it is no record. */
export function parseRecord(text: string): LockRecord | null {
  const record = fieldsOf(parseJson(text));
  const holder = fieldsOf(record['holder']);
  const machine = fieldsOf(record['machine']);
  const run = textOf(holder['run']);
  const host = textOf(holder['host']);
  const user = textOf(holder['user']);
  const since = textOf(holder['since']);
  const token = textOf(record['token']);
  const { pid } = holder as { pid?: unknown };
  if (run === null || host === null || user === null || since === null || token === null) return null;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
  return {
    holder: { run, host, user, pid, since },
    machine: {
      hostname: textOf(machine['hostname']) ?? '',
      boot: textOf(machine['boot']),
      pidNamespace: textOf(machine['pidNamespace']),
      start: textOf(machine['start']),
    },
    token,
  };
}

/** Who is named when a lock cannot be read. */
export const UNKNOWN_HOLDER: LeaseHolder = {
  run: 'unknown',
  host: 'unknown',
  user: 'unknown',
  pid: 0,
  since: 'unknown',
};

/** A holder in words, for messages. */
export function describeHolder(holder: LeaseHolder): string {
  if (holder === UNKNOWN_HOLDER) return 'somebody whose lock file cannot be read';
  const { run, user, host, pid, since } = holder;
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

/** Longest text taken over: it ends up in messages. */
const LONGEST = 1000;

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= LONGEST ? value : null;
}

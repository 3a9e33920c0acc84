import { attemptError, type Attempt } from '../error/attempt-error.js';
import type { NtStatus, SmbError } from '../error/smb-error.js';
import { STATUS_TABLE, TO_DO, type StatusMeaning } from './status-table.js';

const UNKNOWN: Omit<StatusMeaning, 'name'> = { kind: 'io', retry: false, meaning: 'it failed' };

/** What a status code means; one that is not in the table is an `io` error named by its number. */
export function meaningOf(code: number): StatusMeaning {
  return STATUS_TABLE.get(code) ?? { name: `NTSTATUS 0x${hex(code)}`, ...UNKNOWN };
}

/** A status code as it is kept in errors. */
export function ntStatus(code: number): NtStatus {
  return { code, name: meaningOf(code).name };
}

/** The error for a status that the server answered an attempt with. */
export function statusError(attempt: Attempt, code: number): SmbError {
  const { name, kind, retry, meaning, hint = TO_DO[kind] } = meaningOf(code);
  const status = { code, name };
  const more = { retry, status, ...(hint === undefined ? {} : { hint }) };
  return attemptError(kind, attempt, `the server says that ${meaning} (${name})`, more);
}

function hex(code: number): string {
  return code.toString(16).padStart(8, '0');
}

import { err, ok, type Result } from 'neverthrow';
import type { SmbError, SmbFile, SmbShare } from '@sessionkeep/smb2';
import { closeQuietly } from '../write-file.js';
import { formatRecord, LONGEST_RECORD, parseRecord, type LockRecord } from './lock-record.js';

/**
 * A lease is two files in its folder: `lock`, which its holder has open, shared with nobody; and, since nobody else can read that one, `lock-holder`, which says who it is.
 */
export interface LockPaths {
  readonly lock: string;
  readonly holder: string;
}

export function lockPaths(folder: string): LockPaths {
  const inFolder = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  return { lock: inFolder('lock'), holder: inFolder('lock-holder') };
}

/** How often a lock is opened that was being removed at that moment. */
const TRIES = 5;

/**
 * Opens the lock: `busy` while somebody has it, whom the server lets have it alone until he closes it or his connection ends. One
 * that is there and not open was left by who did not get to {@link closeLock}.
 */
export async function openLock(share: SmbShare, { lock }: LockPaths): Promise<Result<SmbFile, SmbError>> {
  for (let tries = 1; ; tries++) {
    // Not "delete on close": with many at once Samba removes by name what has been another's since.
    const opened = await share.open(lock, { mode: 'open-or-create', access: ['write', 'delete'], share: [] });
    if (opened.isErr()) return opened;
    // Samba may open a file that is removed before its handle is ours: a lock on nothing, while the next comer gets another.
    const there = await share.stat(lock);
    if (there.isOk() && there.value.id === opened.value.opened.id) return opened;
    closeQuietly(opened.value);
    if (there.isErr() && there.error.kind !== 'not-found') return err(there.error);
    if (tries === TRIES) return err({ ...GONE, path: lock });
  }
}

/** Gives the lock back, and removes it. */
export async function closeLock(lock: SmbFile): Promise<Result<void, SmbError>> {
  return (await lock.close({ remove: true })).map(() => undefined);
}

const GONE: SmbError = {
  kind: 'busy',
  operation: 'open',
  message: 'could not open the lock: it is removed each time',
  retry: true,
};

/** Says in `lock-holder` who has the lock. Only who has it writes there. Gives the server's time. */
export async function writeRecord(
  share: SmbShare,
  { holder }: LockPaths,
  record: LockRecord,
): Promise<Result<bigint | null, SmbError>> {
  const written = await share.publish({
    path: holder,
    temporary: `${holder}-new`,
    bytes: formatRecord(record),
    replace: true,
  });
  return written.map(({ modified }) => modified);
}

/** What `lock-holder` says; null when it says nothing, or is not there. */
export async function readRecord(
  share: SmbShare,
  { holder }: LockPaths,
): Promise<Result<LockRecord | null, SmbError>> {
  const read = await share.readFile(holder, { length: LONGEST_RECORD });
  if (read.isOk()) return ok(parseRecord(read.value.bytes));
  return NO_RECORD.has(read.error.kind) ? ok(null) : err(read.error);
}

const NO_RECORD: ReadonlySet<SmbError['kind']> = new Set([
  'not-found',
  'busy',
  'denied',
  'wrong-type',
  'link',
]);

/** Removes `lock-holder`, before the lock is given back. */
export async function removeRecord(share: SmbShare, { holder }: LockPaths): Promise<void> {
  (await share.remove(holder)).unwrapOr(null);
}

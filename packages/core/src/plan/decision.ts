import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry } from '../manifest/entry.js';
import type { Inquiry } from './question.js';
import type { Op, Reason, Step, TargetEntry } from './step.js';

/** What the tables give: a step less what the situation already says. */
export type Decision = Pick<Step, 'outcome' | 'reason' | 'alarm' | 'bytes' | 'ops'>;

export const NOTHING: readonly Op[] = [];

const UNCHANGED: Decision = {
  outcome: 'unchanged',
  reason: 'unchanged',
  alarm: false,
  bytes: 0,
  ops: NOTHING,
};

export function decision(
  outcome: Decision['outcome'],
  reason: Reason,
  ops: readonly Op[] = NOTHING,
  { alarm = false, bytes = 0 }: { alarm?: boolean; bytes?: number } = {},
): Decision {
  if (reason === 'unchanged') return UNCHANGED;
  return { outcome, reason, alarm, bytes, ops };
}

/** Brings all of the source's file, as a new one. */
export function copyOf({ size, mtime }: FileEntry): Op & { do: 'fill' } {
  return { do: 'fill', as: 'kept', from: null, size, mtime, expect: null };
}

/** Puts all that the target has under the name aside; null while its digest is wanted. */
export function foundAside(record: LiveRecord, target: TargetEntry, inquiry: Inquiry): Op | null {
  const all = inquiry.digest('target', target.size);
  if (all === null) return null;
  const lost = record.status === 'live' && !holds(record, target, inquiry);
  return { do: 'aside', size: target.size, sha256: all, lost, move: true, recorded: false };
}

/** True when the bytes of the record are the first ones there. Asked already by whoever called the target odd. */
function holds(record: LiveRecord, target: TargetEntry, inquiry: Inquiry): boolean {
  return target.size >= record.size && inquiry.digest('target', record.size) === record.sha256;
}

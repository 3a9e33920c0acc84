import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry } from '../manifest/entry.js';
import type { Inquiry } from './question.js';
import { sameTime, type Policy } from './situation.js';
import type { SourceState } from './source-state.js';
import type { TargetEntry } from './step.js';

/** The target beside the record. `stamped`: the record's bytes under another time than recorded. */
export type TargetState = 'ok' | 'stamped' | 'ahead' | 'short' | 'new' | 'odd';

/** Compares the target's file with its record and the source; null while a digest is wanted. */
export function targetState(
  source: { entry: FileEntry; state: SourceState } | null,
  record: LiveRecord,
  target: TargetEntry | null,
  policy: Policy,
  inquiry: Inquiry,
): TargetState | null {
  if (target === null) return 'short';
  if (target.size === record.size) {
    const trusted = sameTime(target.mtime, record.targetMtime, policy.timeStep) && !policy.checksum;
    // A rewrite is about to name these bytes by their digest, so there they are read and not believed.
    if (trusted && source?.state !== 'differs') return 'ok';
  }
  if (target.size >= record.size) {
    const start = inquiry.digest('target', record.size);
    if (start === null) return null;
    if (start === record.sha256) return holdsRecord(source, record, target, policy, inquiry);
  }
  return holdsNoRecord(source, target, inquiry);
}

function holdsRecord(
  source: { entry: FileEntry; state: SourceState } | null,
  record: LiveRecord,
  target: TargetEntry,
  policy: Policy,
  inquiry: Inquiry,
): TargetState | null {
  if (target.size === record.size) {
    return sameTime(target.mtime, record.targetMtime, policy.timeStep) ? 'ok' : 'stamped';
  }
  if (source === null) return 'ahead';
  if (source.state !== 'extends' || source.entry.size < target.size) return 'odd';
  const confirmed = inquiry.same(target.size);
  return confirmed === null ? null : confirmed ? 'ahead' : 'odd';
}

function holdsNoRecord(
  source: { entry: FileEntry; state: SourceState } | null,
  target: TargetEntry,
  inquiry: Inquiry,
): TargetState | null {
  if (source === null || source.entry.size < target.size) return 'odd';
  const prefix = inquiry.same(target.size);
  if (prefix === null) return null;
  if (!prefix) return 'odd';
  return source.state === 'differs' && source.entry.size === target.size ? 'new' : 'short';
}

import type { FileEntry } from '../manifest/entry.js';
import type { LiveRecord } from '../ledger/line.js';
import type { Inquiry } from './question.js';
import { sameTime, type Policy } from './situation.js';

/** The source beside the record. */
export type SourceState = 'same' | 'touched' | 'extends' | 'differs';

/** Compares a source's file with its record; null while a digest is wanted. */
export function sourceState(
  source: FileEntry,
  record: LiveRecord,
  policy: Policy,
  inquiry: Inquiry,
): SourceState | null {
  if (source.size < record.size) return 'differs';
  const sameMtime = sameTime(source.mtime, record.mtime, policy.timeStep);
  // A time in the future says nothing: the next write may leave it as it is.
  const trusted = sameMtime && source.mtime <= policy.now && !policy.checksum;
  if (source.size === record.size && trusted) return 'same';
  const prefix = inquiry.digest('source', record.size);
  if (prefix === null) return null;
  if (prefix !== record.sha256) return 'differs';
  if (source.size > record.size) return 'extends';
  return sameMtime ? 'same' : 'touched';
}

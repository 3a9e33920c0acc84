import type { RunRecord } from '../ledger/run-record.js';

/**
 * True for a run after which everything was kept that could be read: it ended well, or it met only what no run reads (a link
 * that leads out, a pipe, a name that cannot be stored), or found damage, and no file failed.
 */
export function keptAll({ outcome, counts }: Pick<RunRecord, 'outcome' | 'counts'>): boolean {
  if (outcome === 'done') return true;
  // A record is read from the archive, where counts may be anything: only a plain zero is one.
  return (outcome === 'partial' || outcome === 'damage') && counts.failed === 0;
}

import type { BackupReport } from '@sessionkeep/transfer';
import { formatBytes, formatCount } from '../render/format.js';

const WORDS = [
  ['copied', 'new'],
  ['appended', 'grown'],
  ['superseded', 'rewritten'],
  ['restamped', 'touched'],
  ['adopted', 'adopted'],
  ['mended', 'mended'],
  ['refused', 'refused'],
  ['failed', 'failed'],
  ['damaged', 'damaged'],
] as const;

/** What a backup of one repo came to, in a few words: `3 new, 1 grown, 45.2 MB moved`. */
export function backedUp(
  { counts, bytesMoved, failure, interrupted }: BackupReport,
  dryRun: boolean,
): string {
  if (failure !== null) return 'failed, see below';
  const parts = WORDS.filter(([name]) => counts[name] > 0).map(
    ([name, word]) => `${formatCount(counts[name])} ${word}`,
  );
  if (bytesMoved > 0) parts.push(`${formatBytes(bytesMoved)} ${dryRun ? 'to move' : 'moved'}`);
  const text = parts.length > 0 ? parts.join(', ') : `nothing new in ${formatCount(counts.files)} files`;
  return interrupted ? `interrupted: ${text}` : text;
}

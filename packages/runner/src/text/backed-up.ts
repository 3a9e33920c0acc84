import { noCounts } from '@sessionkeep/core';
import type { BackupReport } from '@sessionkeep/transfer';
import { doneWords } from './done-words.js';
import { formatBytes, formatCount, plural } from './format.js';
import type { ExitCode } from '../ending/exit-code.js';
import type { CountRow } from '../work/count-row.js';

/** What a backup of one repo came to, in a few words: `3 new, 1 grown, 45.2 MB moved`. */
export function backedUp(
  { counts, stopped, bytesMoved, failure, interrupted }: BackupReport,
  dryRun: boolean,
): string {
  if (failure !== null && stopped === 0) return 'failed, see below';
  const parts = doneWords(counts);
  if (bytesMoved > 0) parts.push(`${formatBytes(bytesMoved)} ${dryRun ? 'to move' : 'moved'}`);
  if (stopped > 0) parts.push(`${formatCount(stopped)} not done`);
  const text = parts.length > 0 ? parts.join(', ') : `nothing new in ${plural(counts.files, 'file')}`;
  return interrupted ? `interrupted: ${text}` : text;
}

/** What a backup of one repo adds to the whole. */
export function judgeBackup({ bytesMoved, alarms, counts, outcome }: BackupReport): {
  bytes: number;
  damage: boolean;
  partial: boolean;
} {
  return {
    bytes: bytesMoved,
    damage: alarms.length > 0 || counts.damaged > 0,
    partial: outcome === 'partial',
  };
}

/** What the summary says of all repos together, also where there were none. */
export function backupFields({ counts, bytes }: CountRow, ms: number): Readonly<Record<string, number>> {
  return { ...noCounts(), ...counts, bytesMoved: bytes, durationMs: Math.round(ms) };
}

/** What a backup came to as a whole. */
export function backupSentence(code: ExitCode, dryRun: boolean, byPlan: boolean): string {
  if (dryRun)
    return code === 0
      ? 'Nothing was written: this was a dry run.'
      : 'Nothing was written: this was a dry run, and not all of it would succeed.';
  return (byPlan ? BY_PLAN[code] : undefined) ?? SENTENCES[code] ?? 'It could not be done.';
}

const BY_PLAN: Partial<Record<ExitCode, string>> = {
  0: 'All of the plan is done.',
  3: 'Not all of the plan was done: see above. What is kept is whole; `sessionkeep backup` sees to the rest.',
};

const SENTENCES: Partial<Record<ExitCode, string>> = {
  0: 'All of it is kept.',
  3: 'Not all of it is kept: see above. What is kept is whole; the rest is tried again by the next run.',
  4: 'Damage was found in the archive: see above. `sessionkeep verify --deep` shows its extent.',
  6: 'Not all of it is kept, since the archive could not be written to: see below. What is kept is whole; the next run goes on from there.',
  130: 'Interrupted: what was done is recorded, and the next run goes on from there.',
};

import type { VerifyReport } from '@sessionkeep/transfer';
import type { ReadBack } from '../limits/read-back.js';
import { formatCount } from './format.js';
import type { ExitCode } from '../ending/exit-code.js';
import { outcomeWord } from './outcome-word.js';

/** What a verification of one repo came to, in a few words. */
export function verified({ counts, failure, alarms }: VerifyReport): string {
  if (failure !== null) return 'failed, see below';
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  const text = parts.map(([outcome, count]) => `${formatCount(count)} ${outcomeWord(outcome)}`).join(', ');
  return `${text === '' ? 'no files' : text}${alarms.length > 0 ? ', damage found' : ''}`;
}

/** What a verification came to as a whole. */
export function verifySentence(
  code: ExitCode,
  read: ReadBack['read'],
  sourceRead: boolean,
  counts: Readonly<Record<string, number>>,
): string {
  const waiting = (counts['grown'] ?? 0) + (counts['changed'] ?? 0) + (counts['new'] ?? 0);
  if (code === 0) {
    const sides = sourceRead ? 'Source, archive and ledger agree' : 'Archive and ledger agree';
    const whole = {
      everything: 'Every kept byte was read back and is as recorded.',
      sample: `${sides}, and what was read back is as recorded.`,
      nothing: `${sides}.`,
    }[read];
    return waiting > 0 ? `${whole} ${formatCount(waiting)} changed since the last backup.` : whole;
  }
  return SENTENCES[code] ?? 'It could not be verified.';
}

const SENTENCES: Partial<Record<ExitCode, string>> = {
  3: 'Not all of it could be verified: see above.',
  4: 'Damage was found: see above. A backup mends what the source still has; `sessionkeep repair` sets a damaged ledger aside.',
  130: 'Interrupted.',
};

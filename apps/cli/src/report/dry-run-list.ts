import { printable } from '@sessionkeep/core';
import { formatBytes, plural } from '@sessionkeep/runner/program';
import type { FileDone } from '@sessionkeep/transfer';
import { reasonText } from './reason-text.js';

const WOULD: Readonly<Record<string, string>> = {
  copied: 'copy',
  appended: 'append to',
  superseded: 'replace, keeping the old version of,',
  restamped: 'correct the time of',
  adopted: 'adopt',
  mended: 'mend',
  retained: 'note as deleted at the source',
  damaged: 'report as damaged',
  refused: 'refuse',
  failed: 'fail on',
  restored: 'restore',
  identical: 'leave as identical',
  elsewhere: 'leave for the folder where it last lived',
};

/** What a dry run would do to one repo: a group an outcome, a line a file with its bytes and the reason. */
export function dryRunList(place: string, events: readonly FileDone[]): string[] {
  if (events.length === 0) return [`${printable(place)}: nothing to do`];
  const groups = Map.groupBy(events, ({ outcome }) => outcome);
  return [...groups].flatMap(([outcome, group]) => {
    const bytes = group.reduce((sum, event) => sum + event.bytes, 0);
    const moved = bytes > 0 ? `, ${formatBytes(bytes)}` : '';
    return [
      `${printable(place)}: would ${WOULD[outcome] ?? outcome} ${plural(group.length, 'file')}${moved}`,
      ...group.map(
        (event) => `  ${formatBytes(event.bytes).padStart(9)}  ${printable(event.path) || '.'}${why(event)}`,
      ),
    ];
  });
}

function why({ outcome, reason, error }: FileDone): string {
  const text = error?.message ?? reasonText(outcome, reason).why;
  return text === '' ? '' : `  (${printable(text)})`;
}

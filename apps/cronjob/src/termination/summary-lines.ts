import { addCounts, noCounts, type Outcome } from '@sessionkeep/core';
import type { RunFacts } from '../run-facts.js';
import { formatBytes, formatDuration } from '@sessionkeep/runner';

/** What is told of in a sentence, and what it is called there. */
const WORDS: readonly (readonly [Outcome, string])[] = [
  ['copied', 'new'],
  ['appended', 'grown'],
  ['superseded', 'rewritten'],
  ['adopted', 'adopted'],
  ['mended', 'mended'],
  ['refused', 'refused'],
  ['failed', 'failed'],
  ['damaged', 'damaged'],
];

/** A run in a sentence: `exit 3: some files failed or were refused; 3 new, 1 grown, 45.2 MB moved in 12 s`. */
export function summarySentence({ exitCode, meaning, dryRun, shard, repos, began, ended }: RunFacts): string {
  const sum = noCounts();
  for (const { counts } of repos) addCounts(sum, counts);
  const moved = repos.reduce((bytes, { bytesMoved }) => bytes + bytesMoved, 0);
  const done = WORDS.flatMap(([outcome, word]) => (sum[outcome] === 0 ? [] : [`${sum[outcome]} ${word}`]));
  const what = done.length === 0 && sum.files > 0 ? [`nothing new in ${sum.files} files`] : done;
  const which = [shard === null ? '' : `shard ${shard.index} of ${shard.of}`, dryRun ? 'dry run' : ''];
  const of = which.filter((text) => text !== '').join(', ');
  const end = `${formatBytes(moved)} ${dryRun ? 'to move, looked for' : 'moved'} in ${formatDuration(ended - began)}`;
  return `exit ${exitCode}: ${meaning}${of === '' ? '' : ` (${of})`}; ${[...what, end].join(', ')}`;
}

/** The sentence, and a line for each error, alarm and repo that failed. */
export function summaryLines(facts: RunFacts): string[] {
  const { errors, alarms, repos } = facts;
  const told = new Set(errors);
  const failures = repos.flatMap(({ target, source, repo, failure }) =>
    failure === null || told.has(failure) ? [] : [`failed: ${target}, ${source}/${repo}: ${failure}`],
  );
  return [
    summarySentence(facts),
    ...errors.map((text) => `error: ${text}`),
    ...alarms.map((text) => `alarm: ${text}`),
    ...failures,
  ];
}

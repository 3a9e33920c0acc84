import { addCounts, noCounts } from '@sessionkeep/core';
import { doneWords, formatBytes, formatDuration, plural } from '@sessionkeep/runner/program';
import type { RunFacts } from '../run-facts.js';

/** A run in a sentence: `exit 3: some files failed or were refused; 3 new, 1 grown, 45.2 MB moved in 12 s`. */
export function summarySentence({ exitCode, meaning, dryRun, shard, repos, began, ended }: RunFacts): string {
  const sum = noCounts();
  for (const { counts } of repos) addCounts(sum, counts);
  const moved = repos.reduce((bytes, { bytesMoved }) => bytes + bytesMoved, 0);
  const done = doneWords(sum);
  const what = done.length === 0 && sum.files > 0 ? [`nothing new in ${plural(sum.files, 'file')}`] : done;
  const which = [shard === null ? '' : `shard ${shard.index} of ${shard.of}`, dryRun ? 'dry run' : ''];
  const of = which.filter((text) => text !== '').join(', ');
  const end = `${formatBytes(moved)} ${dryRun ? 'to move,' : 'moved'} in ${formatDuration(ended - began)}`;
  return `exit ${exitCode}: ${meaning}${of === '' ? '' : ` (${of})`}; ${[...what, end].join(', ')}`;
}

/** The sentence, and a line for each error, alarm and repo that failed. */
export function summaryLines(facts: RunFacts): string[] {
  const { errors, alarms, repos } = facts;
  const failures = repos.flatMap(({ target, source, repo, failure }) =>
    failure === null || errors.some((text) => text.includes(failure))
      ? []
      : [`failed: ${target}, ${source}/${repo}: ${failure}`],
  );
  return [
    summarySentence(facts),
    ...errors.map((text) => `error: ${text}`),
    ...alarms.map((text) => `alarm: ${text}`),
    ...failures,
  ];
}

import { expect, test } from 'vitest';
import { dryRunList } from './dry-run-list.js';

const file = (more: object) => ({
  type: 'file' as const,
  source: 'mac',
  repo: 'home',
  path: 'a.jsonl',
  outcome: 'copied' as const,
  bytes: 10,
  alarm: false,
  ...more,
});

test('a dry run lists what it would do, by outcome', () => {
  expect(
    dryRunList('mac/home', [
      file({ path: 'new.jsonl', reason: 'new', bytes: 1500 }),
      file({ path: 'old.jsonl', outcome: 'superseded', reason: 'rewritten', bytes: 20 }),
      file({ path: 'more.jsonl', reason: 'new', bytes: 500 }),
    ]),
  ).toEqual([
    'mac/home: would copy 2 files, 2.0 KB',
    '     1.5 KB  new.jsonl  (new)',
    '      500 B  more.jsonl  (new)',
    'mac/home: would replace, keeping the old version of, 1 file, 20 B',
    '       20 B  old.jsonl  (rewritten at the source; the old bytes are kept as a version)',
  ]);
  expect(dryRunList('mac/home', [])).toEqual(['mac/home: nothing to do']);
});

import { noCounts } from '@sessionkeep/core';
import type { CountRow } from '@sessionkeep/runner';
import { expect, test } from 'vitest';
import { stringScreen } from '../../test/helpers/string-screen.js';
import { BACKUP_COLUMNS } from './columns.js';
import { countTable } from './count-table.js';

const row = (label: string, counts: Record<string, number>, bytes = 0): CountRow => ({
  label,
  counts,
  bytes,
});

test('the table at 80 columns', () => {
  const rows = [
    row('mac/home', { files: 1234, unchanged: 1200, copied: 30, appended: 4 }, 45_200_000),
    row('mac/the-road-to-devops', { files: 7, unchanged: 6, refused: 1 }),
    { ...row('mac/chorus', {}), failed: true },
  ];
  expect(countTable(BACKUP_COLUMNS, rows, 'moved', stringScreen())).toEqual([
    'repo                    files   same  new  grown  refused    moved',
    'mac/home                1,234  1,200   30      4        0  45.2 MB',
    'mac/the-road-to-devops      7      6    0      0        1      0 B',
    'mac/chorus                  -      -    -      -        -   failed',
    '------------------------------------------------------------------',
    'all                     1,241  1,206   30      4        1  45.2 MB',
  ]);
});

test('a table with everything in it folds what is rare', () => {
  const counts = Object.fromEntries(Object.keys(noCounts()).map((name) => [name, 12_345]));
  const lines = countTable(
    BACKUP_COLUMNS,
    [row('mac/the-road-to-devops', counts, 1e12)],
    'moved',
    stringScreen(),
  );
  expect(lines[0]).toContain('other  trouble');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test('zeros step back, and trouble stands out', () => {
  const rows = [
    row('mac/home', { files: 3, copied: 1, refused: 2, failed: 0 }),
    row('mac/x', { failed: 1 }, 9),
  ];
  const [titles, first, second] = countTable(BACKUP_COLUMNS, rows, 'moved', stringScreen({ colours: true }));
  expect([titles?.slice(0, 8), titles?.slice(-10)]).toEqual(['\x1b[2mrepo', 'moved\x1b[22m']);
  expect(first).toContain('\x1b[33m2\x1b[39m');
  expect(first).toContain('\x1b[2m0\x1b[22m');
  expect(second).toContain('\x1b[31m1\x1b[39m');
  expect(second?.endsWith('9 B')).toBe(true);
});

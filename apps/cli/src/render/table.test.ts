import { expect, test } from 'vitest';
import { renderTable } from './table.js';

const columns = [
  { title: 'repo', align: 'left' },
  { title: 'files', align: 'right' },
  { title: 'moved', align: 'right' },
] as const;

test('numbers line up on the right', () => {
  expect(
    renderTable(
      columns,
      [['home', '1,234', '1.5 KB'], ['a-longer-name', '7', '0 B'], null, ['', '1,241', '1.5 KB']],
      80,
    ),
  ).toEqual([
    'repo           files   moved',
    'home           1,234  1.5 KB',
    'a-longer-name      7     0 B',
    '----------------------------',
    '               1,241  1.5 KB',
  ]);
});

test('the name gives way when the terminal is narrow', () => {
  const lines = renderTable(columns, [['a-very-long-name-indeed', '1', '2']], 26);
  expect(lines[1]).toBe('a-very…indeed      1      2'.replace('a-very…indeed', 'a-very…ndeed'));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(26);
});

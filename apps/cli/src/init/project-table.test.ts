import { expect, test } from 'vitest';
import { projectTable } from './project-table.js';

const project = (cwd: string | null, folder = '-x') => ({
  folder,
  cwd,
  sessions: 12,
  bytes: 713_400,
  newest: BigInt(Date.UTC(2026, 2, 31, 12)) * 1_000_000n,
});

test('a line a project, its working folder as one would type it', () => {
  const rows = [
    project('/home/anna/code/shop'),
    { ...project(null, '-gone'), sessions: 0, bytes: 0, newest: null },
  ];
  expect(projectTable(rows, 64, '/home/anna')).toEqual([
    'sessions      size  newest      working folder',
    '      12  713.4 KB  2026-03-31  ~/code/shop',
    '       0       0 B              -gone',
  ]);
});

test('no line is too long, and nothing in it moves a cursor', () => {
  const rows = [
    project(`/home/anna/${'x'.repeat(300)}`),
    project('/a\x1b[2Jb'),
    project(`/${'漢'.repeat(80)}`),
  ];
  const lines = projectTable(rows, 64, '/home/anna');
  expect(lines[2]).toContain('\\x1b[2J');
  for (const line of lines) {
    // eslint-disable-next-line no-control-regex -- it is what must not be there
    expect(line).not.toMatch(/[\x00-\x1f]/);
    expect(line.length).toBeLessThanOrEqual(64);
  }
});

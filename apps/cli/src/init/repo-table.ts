import { printable } from '@sessionkeep/core';
import { formatBytes, formatCount } from '../render/format.js';
import { renderTable, type Column } from '../render/table.js';
import { clip, textWidth } from '../render/text-width.js';
import type { FoundRepo } from './found-repos.js';
import { portablePath } from './portable-path.js';

const COLUMNS: readonly Column[] = [
  { title: 'repo', align: 'left' },
  { title: 'sessions', align: 'right' },
  { title: 'size', align: 'right' },
  { title: 'newest', align: 'left' },
  { title: 'working folder', align: 'left' },
];

const LONGEST_NAME = 20;

/** The title, and a line a repo, each of at most `width` columns: names and working folders are cut in their middle. */
export function repoTable(
  repos: readonly FoundRepo[],
  width: number,
  home: string,
): readonly [string, ...string[]] {
  const rows = repos.map(({ repo, sessions, bytes, newest, cwd }) => [
    clip(printable(repo.name), LONGEST_NAME),
    formatCount(sessions),
    formatBytes(bytes),
    newest === null ? '' : localDay(newest),
    cwd === null ? '' : printable(portablePath(cwd, { home })),
  ]);
  const bare = renderTable(COLUMNS.slice(0, -1), rows, Infinity);
  const room = width - Math.max(...bare.map(textWidth)) - 2;
  const cut = rows.map((row) => [...row.slice(0, -1), clip(row.at(-1) ?? '', room)]);
  const [title = '', ...lines] = renderTable(COLUMNS, cut, Infinity);
  return [clip(title, width), ...lines];
}

/** `2026-03-31`, in local time. */
function localDay(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => value.toString().padStart(2, '0');
  return `${date.getFullYear().toString()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

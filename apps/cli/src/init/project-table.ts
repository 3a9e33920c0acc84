import { printable } from '@sessionkeep/core';
import { formatBytes, formatCount } from '../render/format.js';
import { localTime } from '../render/local-time.js';
import { renderTable, type Column } from '../render/table.js';
import { clip, textWidth } from '../render/text-width.js';
import { portablePath } from './portable-path.js';

/** A line of the table. */
export interface ProjectRow {
  /** Left out of the table where it is null for all. */
  readonly name: string | null;
  readonly sessions: number;
  readonly bytes: number;
  /** In nanoseconds since 1970. */
  readonly newest: bigint | null;
  /** Its working folder, or what is known instead. */
  readonly place: string;
}

const COLUMNS: readonly Column[] = [
  { title: 'repo', align: 'left' },
  { title: 'sessions', align: 'right' },
  { title: 'size', align: 'right' },
  { title: 'newest', align: 'left' },
  { title: 'working folder', align: 'left' },
];

const LONGEST_NAME = 20;

/** Of a time its first characters: `2026-03-31`. */
const DAY = 10;

/** The title, and a line a project, each of at most `width` columns: names and folders are cut in their middle. */
export function projectTable(
  projects: readonly ProjectRow[],
  width: number,
  home: string,
): readonly [title: string, ...lines: string[]] {
  const first = projects.some(({ name }) => name !== null) ? 0 : 1;
  const rows = projects.map(({ name, sessions, bytes, newest, place }) =>
    [
      clip(printable(name ?? ''), LONGEST_NAME),
      formatCount(sessions),
      formatBytes(bytes),
      newest === null ? '' : localTime(newest).slice(0, DAY),
      printable(portablePath(place, { home })),
    ].slice(first),
  );
  const columns = COLUMNS.slice(first);
  const bare = renderTable(columns.slice(0, -1), rows, Infinity);
  const room = width - Math.max(...bare.map(textWidth)) - 2;
  const cut = rows.map((row) => [...row.slice(0, -1), clip(row.at(-1) ?? '', room)]);
  const [title = '', ...lines] = renderTable(columns, cut, Infinity);
  return [clip(title, width), ...lines];
}

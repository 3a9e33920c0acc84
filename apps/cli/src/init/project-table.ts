import { printable } from '@sessionkeep/core';
import { formatBytes, formatCount } from '@sessionkeep/runner/program';
import { localTime } from '../render/local-time.js';
import { renderTable, type Column } from '../render/table.js';
import { clip, textWidth } from '../render/text-width.js';
import type { FoundProject } from './look-at-source.js';
import { portablePath } from './portable-path.js';

const COLUMNS: readonly Column[] = [
  { title: 'sessions', align: 'right' },
  { title: 'size', align: 'right' },
  { title: 'newest', align: 'left' },
];

/** Of a time its first characters: `2026-03-31`. */
const DAY = 10;

/** A title, and a line a project of at most `width` columns: working folders are cut in their middle. */
export function projectTable(projects: readonly FoundProject[], width: number, home: string): string[] {
  const rows = projects.map(({ sessions, bytes, newest }) => [
    formatCount(sessions),
    formatBytes(bytes),
    newest === null ? '' : localTime(newest).slice(0, DAY),
  ]);
  const room = width - Math.max(...renderTable(COLUMNS, rows, Infinity).map(textWidth)) - 2;
  const places = projects.map(({ cwd, folder }) => [
    clip(printable(portablePath(cwd ?? folder, { home })), room),
  ]);
  return renderTable(
    [...COLUMNS, { title: clip('working folder', room), align: 'left' }],
    rows.map((row, at) => [...row, ...(places[at] ?? [])]),
    Infinity,
  );
}

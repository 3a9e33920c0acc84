import { printable } from '@sessionkeep/core';
import { formatBytes, formatCount } from '../render/format.js';
import { renderTable, tableWidth, type Column } from '../render/table.js';

/** One repo's numbers, by the name of what is counted. */
export interface CountRow {
  readonly label: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Said instead of numbers when the repo could not be worked on. */
  readonly failed?: boolean;
}

/** A column of counts; several counts are added. `fold` names the column it joins where there is no room. */
export interface CountColumn {
  readonly title: string;
  readonly of: readonly string[];
  readonly always?: boolean;
  readonly fold?: string;
}

/**
 * The table at a run's end: a line a repo, and their sum when there are several. Columns that are zero throughout are
 * left out; where the terminal is narrow, rare ones are added up into one.
 */
export function countTable(
  columns: readonly CountColumn[],
  rows: readonly CountRow[],
  bytesTitle: string,
  width: number,
): string[] {
  const used = columns.filter(
    (column) => column.always === true || rows.some((row) => total(column, row) > 0),
  );
  const wide = layout(used, rows, bytesTitle);
  if (tableWidth(wide.columns, wide.cells) <= width) return renderTable(wide.columns, wide.cells, width);
  const narrow = layout(folded(used), rows, bytesTitle);
  return renderTable(narrow.columns, narrow.cells, width);
}

function layout(
  counted: readonly CountColumn[],
  rows: readonly CountRow[],
  bytesTitle: string,
): { columns: Column[]; cells: (string[] | null)[] } {
  const columns: Column[] = [
    { title: 'repo', align: 'left' },
    ...counted.map(({ title }): Column => ({ title, align: 'right' })),
    { title: bytesTitle, align: 'right' },
  ];
  const cells = (row: CountRow): string[] => [
    printable(row.label),
    ...counted.map((column) => (row.failed === true ? '-' : formatCount(total(column, row)))),
    row.failed === true ? 'failed' : formatBytes(row.bytes),
  ];
  if (rows.length < 2) return { columns, cells: rows.map(cells) };
  return { columns, cells: [...rows.map(cells), null, cells(sumRow(rows))] };
}

function total(column: CountColumn, row: CountRow): number {
  return column.of.reduce((sum, name) => sum + (row.counts[name] ?? 0), 0);
}

function folded(columns: readonly CountColumn[]): CountColumn[] {
  const result: CountColumn[] = [];
  for (const column of columns) {
    const title = column.fold ?? column.title;
    const same = result.findIndex((other) => other.title === title);
    const merged = { title, of: [...(result[same]?.of ?? []), ...column.of], always: true };
    if (same < 0) result.push(merged);
    else result[same] = merged;
  }
  return result;
}

/** The sum of rows, as the table's last line and the summary have it. */
export function sumRow(rows: readonly CountRow[]): CountRow {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    for (const [name, value] of Object.entries(row.counts)) counts[name] = (counts[name] ?? 0) + value;
  }
  return { label: 'all', counts, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
}

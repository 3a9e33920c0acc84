import { printable } from '@sessionkeep/core';
import { type CountRow, sumRow } from '@sessionkeep/runner';
import { formatBytes, formatCount } from '@sessionkeep/runner/program';
import type { Screen } from '../render/screen.js';
import type { Styles } from '../render/style.js';
import { renderTable, tableWidth, type Column } from '../render/table.js';

/** A column of counts; several counts are added. `fold` names the column it joins where there is no room. */
export interface CountColumn {
  readonly title: string;
  readonly of: readonly string[];
  readonly always?: boolean;
  readonly fold?: string;
  /** What any count in it means: something to look at, or something lost. */
  readonly tone?: 'warning' | 'alarm';
}

/**
 * The table at a run's end: a line a repo, and their sum when there are several. Columns that are zero throughout are
 * left out; where the terminal is narrow, rare ones are added up into one.
 */
export function countTable(
  columns: readonly CountColumn[],
  rows: readonly CountRow[],
  bytesTitle: string,
  screen: Pick<Screen, 'columns' | 'styles'>,
): string[] {
  const { styles } = screen;
  const width = screen.columns();
  const used = columns.filter(
    (column) => column.always === true || rows.some((row) => total(column, row) > 0),
  );
  const wide = layout(used, rows, bytesTitle, styles);
  const fits = tableWidth(wide.columns, wide.cells) <= width;
  const { columns: shown, cells } = fits ? wide : layout(folded(used), rows, bytesTitle, styles);
  return renderTable(shown, cells, width, styles.dim);
}

function layout(
  counted: readonly CountColumn[],
  rows: readonly CountRow[],
  bytesTitle: string,
  styles: Styles,
): { columns: Column[]; cells: (string[] | null)[] } {
  const columns: Column[] = [
    { title: 'repo', align: 'left' },
    ...counted.map(({ title }): Column => ({ title, align: 'right' })),
    { title: bytesTitle, align: 'right' },
  ];
  const cells = (row: CountRow): string[] => [
    printable(row.label),
    ...counted.map((column) => (row.failed === true ? styles.dim('-') : countCell(column, row, styles))),
    row.failed === true ? styles.red('failed') : bytesCell(row.bytes, styles),
  ];
  if (rows.length < 2) return { columns, cells: rows.map(cells) };
  return { columns, cells: [...rows.map(cells), null, cells(sumRow(rows))] };
}

/** Zeros step back, and trouble stands out. */
function countCell(column: CountColumn, row: CountRow, styles: Styles): string {
  const count = total(column, row);
  const text = formatCount(count);
  if (count === 0) return styles.dim(text);
  return column.tone === undefined ? text : toneStyle(column.tone, styles)(text);
}

function bytesCell(bytes: number, styles: Styles): string {
  return bytes === 0 ? styles.dim(formatBytes(bytes)) : formatBytes(bytes);
}

function toneStyle(tone: 'warning' | 'alarm', { red, yellow }: Styles): (text: string) => string {
  return tone === 'alarm' ? red : yellow;
}

function total(column: CountColumn, row: CountRow): number {
  return column.of.reduce((sum, name) => sum + (row.counts[name] ?? 0), 0);
}

function folded(columns: readonly CountColumn[]): CountColumn[] {
  const result: CountColumn[] = [];
  for (const column of columns) {
    const title = column.fold ?? column.title;
    const same = result.findIndex((other) => other.title === title);
    const tone = worse(result[same]?.tone, column.tone);
    const merged = {
      title,
      of: [...(result[same]?.of ?? []), ...column.of],
      always: true,
      ...(tone && { tone }),
    };
    if (same < 0) result.push(merged);
    else result[same] = merged;
  }
  return result;
}

function worse(a: CountColumn['tone'], b: CountColumn['tone']): CountColumn['tone'] {
  return a === 'alarm' || b === 'alarm' ? 'alarm' : (a ?? b);
}

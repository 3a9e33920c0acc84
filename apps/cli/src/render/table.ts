import { clip, pad, textWidth } from './text-width.js';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/**
 * Lines up rows under their titles, two spaces between. The first column gives way, down to eight columns, when the
 * table is wider than `width`. A row `null` is a rule. Cells may be coloured, but for the first; `frame` colours titles and rules.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[] | null)[],
  width: number,
  frame = (text: string): string => text,
): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.filter((row) => row !== null)];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => textWidth(row[at] ?? ''))));
  const excess = sum(widths) + 2 * (columns.length - 1) - width;
  if (excess > 0) widths[0] = Math.max(Math.min(8, widths[0] ?? 0), (widths[0] ?? 0) - excess);
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, at) => pad(clip(row[at] ?? '', widths[at] ?? 0), widths[at] ?? 0, align))
      .join('  ')
      .trimEnd();
  const rule = frame('-'.repeat(sum(widths) + 2 * (columns.length - 1)));
  return [
    frame(line(columns.map(({ title }) => title))),
    ...rows.map((row) => (row === null ? rule : line(row))),
  ];
}

/** How wide {@link renderTable} would make it without a limit. */
export function tableWidth(columns: readonly Column[], rows: readonly (readonly string[] | null)[]): number {
  return Math.max(...renderTable(columns, rows, Infinity).map(textWidth));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

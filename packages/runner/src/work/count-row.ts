/** One repo's numbers, by the name of what is counted. */
export interface CountRow {
  readonly label: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Said instead of numbers when the repo could not be worked on. */
  readonly failed?: boolean;
}

/** The sum of rows, as the table's last line and the summary have it. */
export function sumRow(rows: readonly CountRow[]): CountRow {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    for (const [name, value] of Object.entries(row.counts)) counts[name] = (counts[name] ?? 0) + value;
  }
  return { label: 'all', counts, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
}

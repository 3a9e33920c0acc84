import type { PlannerFigures } from './planner.js';
import type { StartUpFigures } from './start-up.js';
import type { Figures, Ratio } from './summary.js';

/** What people read at the end. */
export function render(
  figures: readonly Figures[],
  ratios: readonly Ratio[],
  planner: PlannerFigures | null,
  startUp: StartUpFigures | null,
): string {
  const rows = figures.map((one) => [
    one.scenario,
    one.contender,
    one.failure === null ? `${one.best.toFixed(2)} s` : 'failed',
    one.failure === null ? `${one.median.toFixed(2)} s` : '',
    mebibytes(one.peakBytes),
  ]);
  const compared = ratios.map((one) => [
    one.scenario,
    `of ${one.of}`,
    one.best.toFixed(2),
    one.median.toFixed(2),
    `at most ${String(one.target)}: ${one.met ? 'met' : 'NOT MET'}`,
  ]);
  const parts = [table(['', '', 'best', 'median', 'peak memory'], rows)];
  if (compared.length > 0) parts.push(table(['sessionkeep takes', '', 'best', 'median', 'wanted'], compared));
  if (planner !== null) parts.push(plannerLine(planner));
  if (startUp !== null) parts.push(startUpLine(startUp));
  return `${parts.join('\n\n')}\n`;
}

function startUpLine({ starts, version, node, ratio, target, met }: StartUpFigures): string {
  const times = `${version.toFixed(0)} ms beside ${node.toFixed(0)} ms, medians of ${String(starts)} starts`;
  return `sessionkeep --version takes ${ratio.toFixed(2)} of node -e 0: ${times} (at most ${String(target)}: ${met ? 'met' : 'NOT MET'})`;
}

function plannerLine(planner: PlannerFigures): string {
  const entries = planner.entries.toLocaleString('en');
  return `planning ${entries} entries: ${planner.seconds.toFixed(2)} s (at most 3), peak ${mebibytes(planner.peakBytes)} (at most 1500)`;
}

export function mebibytes(bytes: number | null): string {
  return bytes === null ? '?' : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** Columns under a head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

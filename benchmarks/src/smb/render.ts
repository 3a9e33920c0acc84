import { mebibytes, table } from '../render.js';
import type { Figures, Verdict } from './summary.js';

/** What people read at the end. */
export function render(figures: readonly Figures[], verdicts: readonly Verdict[]): string {
  const rows = figures.map(({ task, mode, contender, best, median, peakBytes, wire, failure }) => [
    task,
    mode,
    contender,
    failure === null ? seconds(best) : 'failed',
    failure === null ? seconds(median) : '',
    mebibytes(peakBytes),
    wire === null ? '' : `${kibibytes(wire.up)} up, ${kibibytes(wire.down)} down`,
  ]);
  const wanted = verdicts.map(({ task, mode, of, best, median, target, met }) => [
    task,
    mode,
    `of ${of}`,
    best.toFixed(2),
    median.toFixed(2),
    `${String(target)}: ${met ? 'met' : 'NOT MET'}`,
  ]);
  const parts = [table(['', '', '', 'best', 'median', 'memory', 'wire'], rows)];
  const grown = figures.find(({ wire }) => wire !== null)?.wire;
  if (grown !== undefined && grown !== null) parts.push(`50 grown: ${kibibytes(grown.fresh)} were new`);
  if (wanted.length > 0) {
    parts.push(table(['sessionkeep takes', '', '', 'best', 'median', 'best at most'], wanted));
  }
  return `${parts.join('\n\n')}\n`;
}

function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

function kibibytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}

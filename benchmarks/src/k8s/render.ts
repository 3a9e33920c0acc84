import { mebibytes, table } from '../render.js';
import type { Figures, Verdict } from './summary.js';

/** What people read at the end. */
export function render(figures: readonly Figures[], verdicts: readonly Verdict[]): string {
  const rows = figures.map(({ task, contender, best, median, peakBytes, failure }) => [
    task,
    contender,
    failure === null ? `${best.toFixed(2)} s` : 'failed',
    failure === null ? `${median.toFixed(2)} s` : '',
    mebibytes(peakBytes),
  ]);
  const wanted = verdicts.map(({ task, of, best, median, target, met }) => [
    task,
    `of ${of}`,
    best.toFixed(2),
    median.toFixed(2),
    `${String(target)}: ${met ? 'met' : 'NOT MET'}`,
  ]);
  const parts = [table(['', '', 'best', 'median', 'memory'], rows)];
  if (wanted.length > 0)
    parts.push(table(['sessionkeep takes', '', 'best', 'median', 'best at most'], wanted));
  return `${parts.join('\n\n')}\n`;
}

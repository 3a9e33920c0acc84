import { printable } from '@sessionkeep/core';
import type { RunEnd, Summary } from '@sessionkeep/runner';
import { type ExitCode, plainError, wrap } from '@sessionkeep/runner/program';
import type { Output } from '../output/output.js';
import type { Screen } from '../render/screen.js';
import { closingLines } from './closing-lines.js';
import { countTable, type CountColumn } from './count-table.js';

/** How a command tells what it came to. */
interface Closing {
  readonly command: string;
  /** The command's own fields of the summary. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly columns: readonly CountColumn[];
  readonly bytesTitle: string;
  readonly screen: Pick<Screen, 'columns' | 'styles'>;
  /** What people read between the table and the sentence. */
  readonly notes?: readonly string[];
  readonly sentence: (code: ExitCode) => string;
  /** How long it took. */
  readonly ms: number;
}

interface Closed {
  readonly summary: Summary;
  /** For people: the table and the sentence; none where everything failed. */
  readonly lines: readonly string[];
}

/** Tells what a run came to. */
export function finishRun(end: RunEnd, output: Output, closing: Closing): ExitCode {
  const { summary, lines } = closeRun(end, closing);
  output.finish(summary, lines);
  return summary.exitCode;
}

/** What {@link finishRun} tells, for who tells it elsewhere. */
export function closeRun(
  end: RunEnd,
  { command, fields, columns, bytesTitle, screen, notes = [], sentence, ms }: Closing,
): Closed {
  const { exitCode, rows, alarms, errors, repos, failedSources } = end;
  const shown = rows.some(({ failed }) => failed !== true);
  const lines = shown
    ? [
        '',
        ...countTable(columns, rows, bytesTitle, screen),
        '',
        ...[...awayNotes(end), ...notes].flatMap((note) => wrap(note, screen.columns())),
        ...closingLines(exitCode, sentence(exitCode), ms, screen),
      ]
    : [];
  const summary = {
    command,
    exitCode,
    ...fields,
    alarms,
    errors,
    repos,
    failedSources: failedSources.map(({ source, error }) => ({ source, failure: plainError(error) })),
  };
  return { lines, summary };
}

function awayNotes({ failedSources }: RunEnd): string[] {
  if (failedSources.length === 0) return [];
  return [`Not reached, as told below: ${failedSources.map(({ source }) => printable(source)).join(', ')}.`];
}

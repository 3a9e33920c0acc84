import { comparePaths, printable, type KeepError } from '@sessionkeep/core';
import type { Output, Summary } from '../output/output.js';
import { plainError } from '../output/plain-error.js';
import type { Screen } from '../render/screen.js';
import { wrap } from '../render/wrap.js';
import { closingLines } from '../report/closing-lines.js';
import { countTable, sumRow, type CountColumn, type CountRow } from '../report/count-table.js';
import { exitCode, type Ending, type ExitCode } from '../run/exit-code.js';
import { failureOf } from '../pods/locate-pods.js';
import { failedEnding } from './finish.js';

/** What all reports have in common. */
interface RepoReport {
  readonly source: string;
  readonly repo: string;
  readonly counts: Readonly<Record<string, number>>;
  /** What a run that ended early did not get to; in no count. */
  readonly stopped?: number;
  readonly alarms: readonly string[];
  readonly failure: KeepError | null;
  readonly targetFailure?: KeepError | null;
  readonly interrupted: boolean;
}

interface Closing {
  /** The command's own fields of the summary. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly columns: readonly CountColumn[];
  readonly bytesTitle: string;
  readonly screen: Pick<Screen, 'columns' | 'styles'>;
  /** What people read between the table and the sentence. */
  readonly notes?: readonly string[];
  readonly sentence: (code: ExitCode) => string;
  readonly now: number;
}

interface Closed {
  readonly summary: Summary;
  /** For people: the table and the sentence; none where everything failed. */
  readonly lines: readonly string[];
}

/** How a command judges a report. */
interface Judged {
  readonly bytes: number;
  readonly damage: boolean;
  readonly partial: boolean;
}

interface Result {
  readonly row: CountRow;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly ending: Ending;
  readonly alarms: readonly string[];
  readonly errors: readonly KeepError[];
}

const INTERRUPTED: Ending = { failure: null, interrupted: true, damage: false, partial: false };

/** Gathers what repos came to, and closes a command with table, sentence, summary and exit code. */
export class RunTotals {
  readonly several: boolean;
  readonly began: number;
  readonly #command: string;
  readonly #results: Result[] = [];
  readonly #failedTargets: KeepError[] = [];
  readonly #failedSources = new Map<string, KeepError>();
  readonly #leftOut: Ending[] = [];

  constructor({ command, several, began }: { command: string; several: boolean; began: number }) {
    this.#command = command;
    this.several = several;
    this.began = began;
  }

  /** A target could not be worked on at all. */
  fail(target: string, error: KeepError): void {
    this.#failedTargets.push(this.several ? { ...error, message: `${target}: ${error.message}` } : error);
  }

  /** A source could not be gone to, or does not say what it has: once, however many targets there are. */
  failSource(name: string, error: KeepError): void {
    if (!this.#failedSources.has(name)) this.#failedSources.set(name, error);
  }

  /** Whether {@link failSource} was told of it. */
  hasFailed(source: string): boolean {
    return this.#failedSources.has(source);
  }

  /** Repos were left that were not begun, since the run was interrupted. */
  leaveOut(): void {
    this.#leftOut.push(INTERRUPTED);
  }

  /** Repos were left that were not begun, since what ended another would end them too; that one tells of it. */
  leaveFor(error: KeepError): void {
    this.#leftOut.push(failedEnding(error));
  }

  add(target: string, report: RepoReport, { bytes, damage, partial }: Judged): void {
    const { counts, stopped = 0, failure, interrupted, alarms } = report;
    const label = this.repoLabel(target, report);
    const nothingDone = Object.values(counts).every((count) => count === 0);
    this.#results.push({
      row: { label, counts: { ...counts, stopped }, bytes, failed: failure !== null && nothingDone },
      fields: this.repoFields(target, report),
      ending: { failure, interrupted, damage, partial },
      alarms: alarms.map((alarm) => `${label}: ${alarm}`),
      errors: failure === null ? [] : [{ ...failure, message: `${label}: ${failure.message}` }],
    });
  }

  repoFields(target: string, report: RepoReport): Readonly<Record<string, unknown>> {
    const { counts, failure, targetFailure, alarms, ...rest } = report;
    return {
      target,
      ...rest,
      ...counts,
      alarms: alarms.length,
      failure: failure === null ? null : plainError(failure),
      ...(targetFailure !== undefined && {
        targetFailure: targetFailure === null ? null : plainError(targetFailure),
      }),
    };
  }

  sum(): CountRow {
    return sumRow(this.#results.map(({ row }) => row));
  }

  finish(output: Output, closing: Closing): ExitCode {
    const { summary, lines } = this.close(closing);
    output.finish(summary, lines);
    return summary.exitCode;
  }

  /** What {@link finish} tells, for who tells it elsewhere. */
  close({ fields, columns, bytesTitle, screen, notes = [], sentence, now }: Closing): Closed {
    const results = this.#results.toSorted((a, b) => comparePaths(a.row.label, b.row.label));
    const code = exitCode([
      ...results.map(({ ending }) => ending),
      ...this.#failedTargets.map(failedEnding),
      ...[...this.#failedSources.values()].map(failedEnding),
      ...this.#leftOut,
    ]);
    const failedSources = [...this.#failedSources].sort(([a], [b]) => comparePaths(a, b));
    const rows = [
      ...results.map(({ row }) => row),
      ...failedSources.map(([label]) => ({ label, counts: {}, bytes: 0, failed: true })),
    ];
    const shown = rows.some(({ failed }) => failed !== true);
    const lines = shown
      ? [
          '',
          ...countTable(columns, rows, bytesTitle, screen),
          '',
          ...[...awayNotes(failedSources), ...notes].flatMap((note) => wrap(note, screen.columns())),
          ...closingLines(code, sentence(code), now - this.began, screen),
        ]
      : [];
    return {
      lines,
      summary: {
        command: this.#command,
        exitCode: code,
        ...fields,
        alarms: results.flatMap(({ alarms }) => alarms),
        errors: [
          ...results.flatMap(({ errors }) => errors),
          ...this.#failedTargets,
          ...failedSources.map(([name, error]) => failureOf({ name, error })),
        ],
        repos: results.map((result) => result.fields),
        failedSources: failedSources.map(([source, error]) => ({ source, failure: plainError(error) })),
      },
    };
  }

  /** `mac/home`; with its target where there are several. */
  repoLabel(target: string, { source, repo }: RepoReport): string {
    return `${this.several ? `${target}: ` : ''}${source}/${repo}`;
  }
}

function awayNotes(failed: readonly (readonly [string, KeepError])[]): string[] {
  if (failed.length === 0) return [];
  return [`Not reached, as told below: ${failed.map(([name]) => printable(name)).join(', ')}.`];
}

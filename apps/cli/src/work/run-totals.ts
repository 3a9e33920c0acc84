import { printable, type KeepError } from '@sessionkeep/core';
import { countTable, sumRow, type CountColumn, type CountRow } from '../output/count-table.js';
import type { Output } from '../output/output.js';
import { plainError } from '../output/plain-error.js';
import { formatDuration } from '../render/format.js';
import { exitCode, type Ending, type ExitCode } from '../run/exit-code.js';
import { failedEnding } from './finish.js';

/** What all reports have in common. */
export interface RepoReport {
  readonly source: string;
  readonly repo: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly alarms: readonly string[];
  readonly failure: KeepError | null;
  readonly interrupted: boolean;
}

export interface Closing {
  /** The command's own fields of the summary. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly columns: readonly CountColumn[];
  readonly bytesTitle: string;
  readonly width: number;
  readonly sentence: (code: ExitCode) => string;
  readonly now: number;
}

/** Gathers what repos came to, and closes a command with table, sentence, summary and exit code. */
export class RunTotals {
  readonly several: boolean;
  readonly began: number;
  readonly #command: string;
  readonly #rows: (CountRow & { readonly order: string })[] = [];
  readonly #repos: Readonly<Record<string, unknown>>[] = [];
  readonly #endings: Ending[] = [];
  readonly #errors: KeepError[] = [];
  readonly #alarms: string[] = [];

  constructor({ command, several, began }: { command: string; several: boolean; began: number }) {
    this.#command = command;
    this.several = several;
    this.began = began;
  }

  /** A target could not be worked on at all. */
  fail(target: string, error: KeepError): void {
    this.#endings.push(failedEnding(error));
    this.#errors.push(this.several ? { ...error, message: `${target}: ${error.message}` } : error);
  }

  add(
    target: string,
    report: RepoReport,
    { bytes, damage, partial }: { bytes: number; damage: boolean; partial: boolean },
  ): void {
    const { counts, failure, interrupted, alarms } = report;
    const label = this.#label(target, report);
    this.#rows.push({ label, counts, bytes, failed: failure !== null, order: label });
    this.#endings.push({ failure, interrupted, damage, partial });
    this.#alarms.push(...alarms.map((alarm) => `${label}: ${alarm}`));
    if (failure !== null) this.#errors.push({ ...failure, message: `${label}: ${failure.message}` });
    this.#repos.push(this.repoFields(target, report));
  }

  repoLine(target: string, report: RepoReport, text: string): string {
    return `${this.#label(target, report)}: ${text}`;
  }

  repoFields(target: string, report: RepoReport): Readonly<Record<string, unknown>> {
    const { counts, failure, alarms, ...rest } = report;
    return {
      target,
      ...rest,
      ...counts,
      alarms: alarms.length,
      failure: failure === null ? null : plainError(failure),
    };
  }

  sum(): CountRow {
    return sumRow(this.#rows);
  }

  finish(output: Output, { fields, columns, bytesTitle, width, sentence, now }: Closing): ExitCode {
    const code = exitCode(this.#endings);
    const rows = this.#rows.toSorted((a, b) => (a.order < b.order ? -1 : 1));
    const table = rows.length > 0 ? ['', ...countTable(columns, rows, bytesTitle, width), ''] : [];
    const lines = [
      ...table,
      ...(rows.length > 0 ? [`${printable(sentence(code))} (${formatDuration(now - this.began)})`] : []),
    ];
    output.finish(
      {
        command: this.#command,
        exitCode: code,
        ...fields,
        alarms: this.#alarms,
        errors: this.#errors,
        repos: this.#repos,
      },
      lines,
    );
    return code;
  }

  #label(target: string, { source, repo }: RepoReport): string {
    return `${this.several ? `${target}: ` : ''}${source}/${repo}`;
  }
}

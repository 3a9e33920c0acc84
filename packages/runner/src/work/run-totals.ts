import { comparePaths, type KeepError } from '@sessionkeep/core';
import { exitCode, failedEnding, type Ending, type ExitCode } from '../ending/exit-code.js';
import { failureOf } from '../pods/locate-pods.js';
import { plainError } from '../text/plain-error.js';
import { sumRow, type CountRow } from './count-row.js';

/** What all reports have in common. */
export interface RepoReport {
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

/** How a command judges a report. */
export interface Judged {
  readonly bytes: number;
  readonly damage: boolean;
  readonly partial: boolean;
}

/** A source that could not be gone to, or did not say what it has. */
export interface FailedName {
  readonly source: string;
  readonly error: KeepError;
}

/** What a run came to, when nothing more comes of it. */
export interface RunEnd {
  readonly exitCode: ExitCode;
  /** A row a repo, in the order of their labels; of a source that failed too. */
  readonly rows: readonly CountRow[];
  /** The sum of the repos' rows. */
  readonly sum: CountRow;
  /** Damage that was found, a sentence each. */
  readonly alarms: readonly string[];
  /** What failed as a whole. */
  readonly errors: readonly KeepError[];
  /** Of each repo, what programs are told. */
  readonly repos: readonly Readonly<Record<string, unknown>>[];
  /** In the order of their names. */
  readonly failedSources: readonly FailedName[];
}

interface Result {
  readonly row: CountRow;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly ending: Ending;
  readonly alarms: readonly string[];
  readonly errors: readonly KeepError[];
}

const INTERRUPTED: Ending = { failure: null, interrupted: true, damage: false, partial: false };

/** Gathers what repos came to. */
export class RunTotals {
  /** There are several targets, and each is named wherever it matters. */
  readonly several: boolean;
  readonly #results: Result[] = [];
  readonly #failedTargets: KeepError[] = [];
  readonly #failedSources = new Map<string, KeepError>();
  readonly #leftOut: Ending[] = [];

  constructor({ several }: { several: boolean }) {
    this.several = several;
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

  /** A repo was worked on. */
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

  /** What programs are told of a repo. */
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

  /** The sum so far. */
  sum(): CountRow {
    return sumRow(this.#results.map(({ row }) => row));
  }

  /** What all of it came to. */
  end(): RunEnd {
    const results = this.#results.toSorted((a, b) => comparePaths(a.row.label, b.row.label));
    const failedSources = [...this.#failedSources]
      .sort(([a], [b]) => comparePaths(a, b))
      .map(([source, error]) => ({ source, error }));
    return {
      exitCode: exitCode([
        ...results.map(({ ending }) => ending),
        ...this.#failedTargets.map(failedEnding),
        ...failedSources.map(({ error }) => failedEnding(error)),
        ...this.#leftOut,
      ]),
      rows: [
        ...results.map(({ row }) => row),
        ...failedSources.map(({ source }) => ({ label: source, counts: {}, bytes: 0, failed: true })),
      ],
      sum: this.sum(),
      alarms: results.flatMap(({ alarms }) => alarms),
      errors: [
        ...results.flatMap(({ errors }) => errors),
        ...this.#failedTargets,
        ...failedSources.map(({ source, error }) => failureOf({ name: source, error })),
      ],
      repos: results.map(({ fields }) => fields),
      failedSources,
    };
  }

  /** `mac/home`; with its target where there are several. */
  repoLabel(target: string, { source, repo }: Pick<RepoReport, 'source' | 'repo'>): string {
    return `${this.several ? `${target}: ` : ''}${source}/${repo}`;
  }
}

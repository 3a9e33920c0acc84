import { printable, type KeepError } from '@sessionkeep/core';
import { type Ending, exitCode, type ExitCode, failedEnding } from '@sessionkeep/runner/program';
import type { Place, Readable } from '@sessionkeep/transfer';
import type { Args } from '../args/args.js';
import type { Output } from '../output/output.js';

/** What went wrong while a command looked into an archive; what could be read was shown all the same. */
export class Findings {
  readonly #alarms: string[] = [];
  readonly #errors: KeepError[] = [];
  readonly #endings: Ending[] = [];

  constructor(private readonly output: Output) {}

  /** A repo was read, as far as its ledger can be believed. */
  read(place: Place, { alarms, later }: Readable): void {
    for (const alarm of alarms) this.#alarm(place, alarm);
    if (later !== null) this.#errors.push(later);
    this.#endings.push({ failure: later, interrupted: false, damage: alarms.length > 0, partial: false });
  }

  /** Something could not be read, or was not what had been recorded. */
  failed(place: Place, error: KeepError): void {
    this.#errors.push({ ...error, message: `${label(place)}: ${error.message}` });
    this.#endings.push(failedEnding(error));
  }

  /** Damage that keeps nothing from being read. */
  damaged(place: Place, sentence: string): void {
    this.#alarm(place, sentence);
    this.#endings.push({ failure: null, interrupted: false, damage: true, partial: false });
  }

  /** Nothing is wrong so far. */
  get clean(): boolean {
    return this.#alarms.length === 0 && this.#errors.length === 0;
  }

  /** Something that has nothing to do with a repo. */
  stopped(error: KeepError): void {
    this.#errors.push(error);
    this.#endings.push(failedEnding(error));
  }

  /** Closes the command; `lines` are for people, beside the data. */
  finish(
    { command }: Args,
    fields: Readonly<Record<string, unknown>>,
    lines: readonly string[] = [],
  ): ExitCode {
    const code = exitCode(this.#endings);
    const summary = { command, exitCode: code, ...fields, alarms: this.#alarms, errors: this.#errors };
    this.output.finish(summary, lines);
    return code;
  }

  #alarm(place: Place, sentence: string): void {
    this.#alarms.push(`${label(place)}: ${sentence}`);
    this.output.listener(null)({ type: 'notice', level: 'alarm', ...place, message: sentence });
  }
}

function label({ source, repo }: Place): string {
  return printable(`${source}/${repo}`);
}

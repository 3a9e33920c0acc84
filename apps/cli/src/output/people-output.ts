import { printable } from '@sessionkeep/core';
import type { Summary } from '@sessionkeep/runner';
import { errorLine, formatBytes, outcomeWord, plural, isTrouble, wrap } from '@sessionkeep/runner/program';
import type { FileDone, Listener, Notice } from '@sessionkeep/transfer';
import { ProgressBar } from '../render/progress-bar.js';
import type { Screen } from '../render/screen.js';
import type { Style } from '../render/style.js';
import { reasonText } from '../report/reason-text.js';
import type { Output } from './output.js';
import { RunProgress } from './run-progress.js';

/** How much is told: `quiet` leaves trouble only, `verbose` adds every file and what helps to find a mistake. */
export type Volume = 'quiet' | 'normal' | 'verbose';

export interface PeopleOptions {
  /** A dry run's list says it all, a line a file: nothing is told before it. */
  readonly dryRun?: boolean;
  readonly volume?: Volume;
}

/** Lines and a bar on stderr. On a terminal the bar says how far it is; elsewhere a line a repo does. */
export class PeopleOutput implements Output {
  readonly #bar: ProgressBar | null;
  readonly #progress = new RunProgress();
  readonly #dryRun: boolean;
  readonly #volume: Volume;

  constructor(
    private readonly screen: Screen,
    now: () => number,
    { dryRun = false, volume = 'normal' }: PeopleOptions = {},
  ) {
    this.#dryRun = dryRun;
    this.#volume = volume;
    this.#bar = screen.isTTY && volume !== 'quiet' ? new ProgressBar(screen, now) : null;
  }

  listener(target: string | null, several = false): Listener {
    return (event) => {
      const place = `${target !== null && several ? `${target}: ` : ''}${event.source}/${event.repo}`;
      switch (event.type) {
        case 'planned':
          if (this.#bar === null && event.steps > 0 && !this.#dryRun) {
            this.note(
              `${place}: ${plural(event.steps, 'file')} to see to, ${formatBytes(event.bytes)} to move`,
            );
          }
          break;
        case 'progress':
          this.#progress.update(place, event);
          this.#bar?.update(this.#progress.sum);
          break;
        case 'file':
          if (!this.#dryRun) this.#file(place, event);
          break;
        case 'notice':
          this.#notice(event.level, `${place}: ${event.message}`);
          break;
      }
    };
  }

  expect(repos: number): void {
    this.#progress.expect(repos);
  }

  repo(name: string, text: string): void {
    this.#progress.end(name);
    if (this.#progress.sum.repos !== undefined) this.#bar?.update(this.#progress.sum);
    if (this.#bar === null && !this.#dryRun) this.note(`${name}: ${text}`);
  }

  note(message: string): void {
    if (this.#volume !== 'quiet') this.#broken(printable(message));
  }

  detail(message: string): void {
    if (this.#volume === 'verbose') this.screen.write(`${this.screen.styles.dim(printable(message))}\n`);
  }

  warn(message: string): void {
    this.#notice('warning', message);
  }

  list(lines: () => readonly string[]): void {
    if (this.#volume === 'quiet') return;
    for (const line of lines()) this.#print(line);
  }

  finish({ errors }: Summary, lines: readonly string[]): void {
    this.#bar?.end();
    if (this.#volume !== 'quiet') for (const line of lines) this.screen.write(`${line}\n`);
    const { red } = this.screen.styles;
    for (const error of errors) this.#broken(errorLine(error), 'error:', red);
  }

  #notice(level: Notice['level'], message: string): void {
    const { red, yellow } = this.screen.styles;
    if (level === 'detail') this.detail(message);
    else if (level === 'info') this.note(message);
    else this.#broken(printable(message), `${level}:`, level === 'alarm' ? red : yellow);
  }

  #file(place: string, event: FileDone): void {
    const { red, yellow } = this.screen.styles;
    const { outcome, alarm, error } = event;
    // That the run was interrupted is said once, at its end.
    if (error?.kind === 'aborted' && !alarm) return;
    const colour = alarm || outcome === 'failed' ? red : yellow;
    if (isTrouble(event)) {
      this.#broken(printable(troubleText(place, event)), `${alarm ? 'damage, ' : ''}${outcome}:`, colour);
    } else if (outcome === 'elsewhere') this.note(`elsewhere: ${troubleText(place, event)}`);
    else if (this.#volume === 'verbose') this.#print(keptText(place, event));
  }

  #print(text: string): void {
    this.screen.write(`${printable(text)}\n`);
  }

  /** A sentence, which a terminal gets broken between its words; its first word or two are coloured. */
  #broken(text: string, mark = '', colour: Style = (plain) => plain): void {
    const whole = mark === '' ? text : `${mark} ${text}`;
    const [first = '', ...more] = this.screen.isTTY ? wrap(whole, this.screen.columns()) : [whole];
    const marked = `${colour(first.slice(0, mark.length))}${first.slice(mark.length)}`;
    this.screen.write([marked, ...more].map((line) => `${line}\n`).join(''));
  }
}

function troubleText(place: string, { outcome, path, reason, error }: FileDone): string {
  const { why, todo } = reasonText(outcome, reason);
  const words = error === undefined ? [why, todo] : [error.message, error.hint ?? todo];
  const told = words.filter((word) => word !== undefined && word !== '').join('; ');
  // A folder that is a repo as a whole has no path in it.
  return [place, path, told].filter((part) => part !== '').join(': ');
}

/** `grown        1.5 KB  mac/home: a.jsonl`. */
function keptText(place: string, { outcome, path, bytes }: FileDone): string {
  const moved = bytes > 0 ? formatBytes(bytes) : '';
  return `${outcomeWord(outcome).padEnd(9)} ${moved.padStart(9)}  ${place}: ${path}`;
}

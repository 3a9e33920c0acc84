import { printable } from '@sessionkeep/core';
import type { Listener, TransferEvent } from '@sessionkeep/transfer';
import { plural, formatBytes } from '../render/format.js';
import { ProgressBar, type Progress } from '../render/progress-bar.js';
import { reasonText } from '../render/reason-text.js';
import type { Screen } from '../render/terminal.js';
import { isTrouble, type Output, type Summary } from './output.js';
import { errorLine } from './plain-error.js';

type FileEvent = Extract<TransferEvent, { type: 'file' }>;

/** Lines and a bar on stderr. On a terminal the bar says how far it is; elsewhere a line a repo does. */
export class PeopleOutput implements Output {
  readonly #bar: ProgressBar | null;
  readonly #progress = new Map<string, Progress>();

  constructor(
    private readonly screen: Screen,
    now: () => number,
    /** A dry run's list says it all, a line a file: nothing is told before it. */
    private readonly dryRun = false,
  ) {
    this.#bar = screen.isTTY ? new ProgressBar(screen, now) : null;
  }

  listener(target: string | null): Listener {
    return (event) => {
      const place = `${target === null ? '' : `${target}: `}${event.source}/${event.repo}`;
      switch (event.type) {
        case 'planned':
          if (this.#bar === null && event.steps > 0 && !this.dryRun) {
            this.#print(
              `${place}: ${plural(event.steps, 'file')} to see to, ${formatBytes(event.bytes)} to move`,
            );
          }
          break;
        case 'progress':
          this.#progress.set(place, event);
          this.#bar?.update(sumProgress([...this.#progress.values()]));
          break;
        case 'file':
          if (!this.dryRun && (isTrouble(event) || event.outcome === 'elsewhere'))
            this.#print(this.#fileLine(place, event));
          break;
        case 'notice':
          this.#notice(event.level, `${place}: ${event.message}`);
          break;
      }
    };
  }

  repo(line: string): void {
    if (this.#bar === null && !this.dryRun) this.#print(line);
  }

  note(message: string): void {
    this.#print(message);
  }

  warn(message: string): void {
    this.#notice('warning', message);
  }

  list(lines: () => readonly string[]): void {
    for (const line of lines()) this.#print(line);
  }

  finish({ errors }: Summary, lines: readonly string[]): void {
    this.#bar?.clear();
    for (const line of lines) this.screen.write(`${line}\n`);
    const { red } = this.screen.styles;
    for (const error of errors) this.screen.write(`${red('error:')} ${errorLine(error)}\n`);
  }

  #notice(level: 'info' | 'warning' | 'alarm', message: string): void {
    const { red, yellow } = this.screen.styles;
    const mark = { info: '', warning: `${yellow('warning:')} `, alarm: `${red('alarm:')} ` }[level];
    this.#print(message, mark);
  }

  #fileLine(place: string, { outcome, path, reason, error, alarm }: FileEvent): string {
    const { why, todo } = reasonText(outcome, reason);
    const words = error === undefined ? [why, todo] : [error.message, error.hint ?? todo];
    const told = words.filter((word) => word !== undefined && word !== '').join('; ');
    return `${alarm ? 'damage, ' : ''}${outcome}: ${place}: ${path}${told === '' ? '' : `: ${told}`}`;
  }

  #print(text: string, mark = ''): void {
    const line = `${mark}${printable(text)}\n`;
    if (this.#bar === null) this.screen.write(line);
    else this.#bar.print(line);
  }
}

function sumProgress(parts: readonly Progress[]): Progress {
  const sum = { bytes: 0, totalBytes: 0, files: 0, totalFiles: 0 };
  for (const part of parts) {
    sum.bytes += part.bytes;
    sum.totalBytes += part.totalBytes;
    sum.files += part.files;
    sum.totalFiles += part.totalFiles;
  }
  return sum;
}

import { printable } from '@sessionkeep/core';
import type { Observer } from '@sessionkeep/runner';
import { formatBytes, formatCount, isTrouble, outcomeWord, plural } from '@sessionkeep/runner/program';
import type { FileDone, Listener } from '@sessionkeep/transfer';
import type { JsonLog } from './json-log.js';

/** Who reads a pod's log wants to see that it goes on, and not much more. */
const PROGRESS_MS = 30_000;

/** Tells a log what happens in a run: files that are as they should be only where everything is logged. */
export class LogObserver implements Observer {
  /** The first progress is told when something took its time. */
  #progressAt: number;

  constructor(
    private readonly log: JsonLog,
    private readonly now: () => number,
  ) {
    this.#progressAt = now();
  }

  listener(target: string | null, several = false): Listener {
    const where = (place: { readonly source: string; readonly repo: string }): string =>
      printable(`${several && target !== null ? `${target}: ` : ''}${place.source}/${place.repo}`);
    return (event) => {
      const { type, ...fields } = event;
      const all = { ...(target !== null && { target }), ...fields };
      switch (event.type) {
        case 'planned': {
          const text = `${where(event)}: ${plural(event.steps, 'file')} to see to, ${formatBytes(event.bytes)}`;
          this.log.debug(type, text, all);
          return;
        }
        case 'progress':
          if (this.#isDue())
            this.log.info(
              type,
              `${where(event)}: ${formatBytes(event.bytes)} of ${formatBytes(event.totalBytes)}, ${formatCount(event.files)} of ${plural(event.totalFiles, 'file')}`,
              all,
            );
          return;
        case 'file':
          this.log.tell(levelOf(event), type, `${where(event)}: ${fileText(event)}`, all);
          return;
        case 'notice': {
          const level = NOTICES[event.level];
          this.log.tell(level, type, `${where(event)}: ${event.message}`, all);
        }
      }
    };
  }

  expect(repos: number): void {
    this.log.debug('expect', plural(repos, 'repo'), { repos });
  }

  repo(name: string, text: string, fields: Readonly<Record<string, unknown>>): void {
    const has = (names: readonly string[]): boolean => names.some((one) => Number(fields[one] ?? 0) > 0);
    const isBad = fields['failure'] !== null || has(DAMAGE);
    const isPartial = fields['interrupted'] === true || has(['refused', 'failed', 'stopped']);
    const level = isBad ? 'error' : isPartial ? 'warn' : 'info';
    this.log.tell(level, 'repo', `${printable(name)}: ${text}`, fields);
  }

  note(message: string): void {
    this.log.info('notice', message);
  }

  detail(message: string): void {
    this.log.debug('notice', message);
  }

  warn(message: string): void {
    this.log.warn('notice', message);
  }

  #isDue(): boolean {
    const at = this.now();
    if (at - this.#progressAt < PROGRESS_MS) return false;
    this.#progressAt = at;
    return true;
  }
}

/** Counts that are damage, of a backup or a verification. */
const DAMAGE = ['alarms', 'damaged', 'divergent', 'missing', 'corrupt'];

const NOTICES = { info: 'info', warning: 'warn', alarm: 'error', detail: 'debug' } as const;

function levelOf(event: FileDone): 'error' | 'warn' | 'debug' {
  if (!isTrouble(event)) return 'debug';
  return event.alarm || event.outcome === 'failed' ? 'error' : 'warn';
}

function fileText({ path, outcome, error }: FileDone): string {
  const why = error === undefined ? '' : `: ${error.message}`;
  return `${outcomeWord(outcome)}: ${printable(path)}${why}`;
}

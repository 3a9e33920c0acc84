import type { Summary } from '@sessionkeep/runner';
import { errorLine, EXIT, plainError } from '@sessionkeep/runner/program';
import type { Listener } from '@sessionkeep/transfer';
import type { Screen } from '../render/screen.js';
import { jsonLine } from './json-line.js';
import type { Output } from './output.js';

const PROGRESS_MS = 1000;

/** One event a line on stdout, the summary last. Errors are also written to stderr, for logs. */
export class JsonOutput implements Output {
  #progressAt = -Infinity;

  constructor(
    private readonly stdout: Screen,
    private readonly stderr: Screen,
    private readonly now: () => number,
  ) {}

  listener(target: string | null): Listener {
    return (event) => {
      if (event.type === 'notice' && event.level === 'detail') return;
      if (event.type === 'progress') {
        const at = this.now();
        if (at - this.#progressAt < PROGRESS_MS) return;
        this.#progressAt = at;
      }
      const place = target === null ? event : { ...event, target };
      const failed = event.type === 'file' && event.error !== undefined;
      this.#line(failed ? { ...place, error: plainError(event.error) } : place);
    };
  }

  expect(): void {
    // The summary lists them.
  }

  repo(_name: string, _text: string, fields: Readonly<Record<string, unknown>>): void {
    this.#line({ type: 'repo', ...fields });
  }

  note(message: string): void {
    this.#line({ type: 'notice', level: 'info', message });
  }

  detail(): void {
    // Programs look at the events.
  }

  warn(message: string): void {
    this.#line({ type: 'notice', level: 'warning', message });
  }

  list(): void {
    // The events have said it all.
  }

  finish({ command, exitCode, errors, ...fields }: Summary): void {
    for (const error of errors) this.stderr.write(`error: ${errorLine(error)}\n`);
    this.#line({
      type: 'summary',
      command,
      ok: exitCode === EXIT.done,
      exitCode,
      ...fields,
      errors: errors.map(plainError),
    });
  }

  #line(value: object): void {
    this.stdout.write(`${jsonLine(value)}\n`);
  }
}

import { LOG_LEVELS, logLine, type LogLevel } from './log-line.js';
import type { LogSink } from './log-sink.js';
import type { Redactor } from './redactor.js';

export interface JsonLogOptions {
  /** What is less important is not told. */
  readonly level: LogLevel;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sink: LogSink;
  /** Asked at each line, so that secrets that become known later are taken out, too. */
  readonly redactor: Redactor;
}

type Fields = Readonly<Record<string, unknown>>;

/** How long the end of a log waits for a reader. */
const FLUSH_MS = 2000;

/** A log for programs: one JSON object a line, with `time`, `level`, `event`, `message` and what else is known. */
export class JsonLog {
  readonly #least: number;
  /** Lines that the sink did not take. */
  #lost = 0;

  constructor(private readonly options: JsonLogOptions) {
    this.#least = LOG_LEVELS.indexOf(options.level);
  }

  debug(event: string, message: string, fields: Fields = {}): void {
    this.tell('debug', event, message, fields);
  }

  info(event: string, message: string, fields: Fields = {}): void {
    this.tell('info', event, message, fields);
  }

  warn(event: string, message: string, fields: Fields = {}): void {
    this.tell('warn', event, message, fields);
  }

  error(event: string, message: string, fields: Fields = {}): void {
    this.tell('error', event, message, fields);
  }

  tell(level: LogLevel, event: string, message: string, fields: Fields = {}): void {
    if (LOG_LEVELS.indexOf(level) < this.#least) return;
    this.#tellOfLost();
    if (!this.#write(level, event, message, fields)) this.#lost++;
  }

  /** For whoever ends the process: all that was told is written, as far as somebody reads it within two seconds. */
  async end(): Promise<void> {
    await this.options.sink.flushed(FLUSH_MS);
    this.#tellOfLost();
    await this.options.sink.flushed(FLUSH_MS);
  }

  #tellOfLost(): void {
    if (this.#lost === 0) return;
    const message = `lines that nobody read in time are missing here: ${this.#lost}`;
    if (this.#write('warn', 'log', message, { lost: this.#lost })) this.#lost = 0;
  }

  #write(level: LogLevel, event: string, message: string, fields: Fields): boolean {
    const { now, sink, redactor } = this.options;
    return sink.write(logLine({ time: now(), level, event, message, fields }, (text) => redactor.text(text)));
  }
}

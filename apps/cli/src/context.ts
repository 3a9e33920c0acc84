import type { Screen } from './render/screen.js';
import type { Sink } from './render/sink.js';

/** What a command may use of the world around it: handed in, so that tests choose it. */
export interface Context {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  readonly hostname: string;
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** Standard output for data that may be long: beside `stdout`, which is for a few lines. */
  readonly out: Sink;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly version: string;
}

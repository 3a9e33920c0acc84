import type { World } from '@sessionkeep/runner';
import type { Screen } from './render/screen.js';
import type { Sink } from './render/sink.js';

/** What a command may use of the world around it: handed in, so that tests choose it. Its signal is aborted by SIGINT or SIGTERM. */
export interface Context extends World {
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** Standard output for data that may be long: beside `stdout`, which is for a few lines. */
  readonly out: Sink;
}

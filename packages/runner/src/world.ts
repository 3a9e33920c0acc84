import { homedir } from 'node:os';

/** What a run may use of the world around it: handed in, so that whoever runs it, a test too, chooses it. */
export interface World {
  /** What relative paths are relative to. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  readonly hostname: string;
  /** Ends what is under way; what was done until then is recorded. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of the program: it is written into the records of runs. */
  readonly version: string;
}

/** The user's home folder: `HOME`, else what the system knows; `/` for a user that it does not know, as in many a container. */
export function homeFolder(env: World['env']): string {
  const home = env['HOME'] ?? '';
  if (home !== '') return home;
  try {
    return homedir();
  } catch {
    return '/';
  }
}

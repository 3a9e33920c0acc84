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

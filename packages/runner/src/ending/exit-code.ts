import type { ErrorKind, KeepError } from '@sessionkeep/core';

/** The operation of an error where output that somebody asked for could not be written: see {@link exitCode}. */
export const WRITE_OUTPUT = 'write output';

/** What the process ends with. Several may hold: {@link exitCode} says which one wins. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  /** Usage, configuration, an outdated plan, an archive that belongs to something else. */
  usage: 2,
  /** Some files failed or were refused; the rest is kept. */
  partial: 3,
  damage: 4,
  locked: 5,
  unreachable: 6,
  /** `status --max-age`: something has waited for a backup for longer. */
  stale: 7,
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code means, in the words of the help and the man page. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: 'done',
  [EXIT.unexpected]: 'unexpected',
  [EXIT.usage]: 'usage or configuration',
  [EXIT.partial]: 'some files failed or were refused',
  [EXIT.damage]: 'damage found',
  [EXIT.locked]: 'locked by another run',
  [EXIT.unreachable]: 'cannot connect or not allowed',
  [EXIT.stale]: 'a backup is overdue',
  [EXIT.interrupted]: 'interrupted',
};

/** What a failure of a whole run means; a kind that says nothing about the run as a whole is `partial`. */
const BY_KIND: Readonly<Record<ErrorKind, ExitCode>> = {
  usage: EXIT.usage,
  foreign: EXIT.usage,
  outdated: EXIT.usage,
  unsupported: EXIT.usage,
  invalid: EXIT.usage,
  damaged: EXIT.damage,
  locked: EXIT.locked,
  'lease-lost': EXIT.locked,
  unreachable: EXIT.unreachable,
  timeout: EXIT.unreachable,
  denied: EXIT.unreachable,
  'read-only': EXIT.unreachable,
  'not-found': EXIT.unreachable,
  aborted: EXIT.interrupted,
  full: EXIT.partial,
  short: EXIT.partial,
  changed: EXIT.partial,
  unsafe: EXIT.partial,
  exists: EXIT.partial,
  io: EXIT.partial,
};

function exitCodeOf(error: KeepError): ExitCode {
  return error.operation === WRITE_OUTPUT ? EXIT.unexpected : BY_KIND[error.kind];
}

/** The ending of something that failed as a whole. */
export function failedEnding(failure: KeepError): Ending {
  return { failure, interrupted: false, damage: false, partial: false };
}

/** How the work on one repo (or one target) ended, as far as the exit code needs it. */
export interface Ending {
  readonly failure: KeepError | null;
  readonly interrupted: boolean;
  /** Damage was found, mended or not. */
  readonly damage: boolean;
  /** Some files failed or were refused. */
  readonly partial: boolean;
  /** Something went without a backup for longer than was allowed. */
  readonly stale?: boolean;
}

/** Interrupted before all; then the one cause that everything failed for; then damage; then stale; then output that nobody got; then partly done. */
export function exitCode(endings: readonly Ending[]): ExitCode {
  if (endings.some(({ interrupted, failure }) => interrupted || failure?.kind === 'aborted'))
    return EXIT.interrupted;
  const causes = new Set(endings.map(({ failure }) => (failure === null ? null : exitCodeOf(failure))));
  const [cause] = causes;
  const everything = causes.size === 1 && cause !== undefined && cause !== null ? cause : null;
  if (everything !== null && everything !== EXIT.partial) return everything;
  if (endings.some(({ damage, failure }) => damage || failure?.kind === 'damaged')) return EXIT.damage;
  if (endings.some(({ stale }) => stale === true)) return EXIT.stale;
  if (causes.has(EXIT.unexpected)) return EXIT.unexpected;
  return endings.some(({ partial, failure }) => partial || failure !== null) ? EXIT.partial : EXIT.done;
}

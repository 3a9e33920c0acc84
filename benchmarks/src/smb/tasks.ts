/** How what passes on the wire is protected; both sides do the same. */
export type Mode = 'unsigned' | 'signed' | 'encrypted';

export const MODES: readonly Mode[] = ['unsigned', 'signed', 'encrypted'];

/** What is measured in every mode that is named with it. */
export type TaskName =
  | 'sign in'
  | 'put 256 MiB'
  | 'get 256 MiB'
  | '2000 x 20 KiB'
  | '300 at 10 ms'
  | 'first copy'
  | 'nothing changed'
  | '50 grown';

/** One task in one mode: a line of the tables. */
export interface Line {
  readonly task: TaskName;
  readonly mode: Mode;
}

export const LARGE_BYTES = 256 * 2 ** 20;
export const SMALL_BYTES = 20 * 1024;
export const SMALL_FILES = 2000;
export const FAR_FILES = 300;
export const FAR_ROUND_TRIP_MS = 10;
export const GROWN_FILES = 50;

/** Tasks of the package itself, and of others with the same files. */
export const FILE_TASKS: readonly Line[] = [
  ...everyMode('sign in'),
  ...everyMode('put 256 MiB'),
  ...everyMode('get 256 MiB'),
  ...everyMode('2000 x 20 KiB'),
  { task: '300 at 10 ms', mode: 'unsigned' },
];

/** A backup's life, in its order: each goes on from what the one before has left. */
export const BACKUP_TASKS: readonly TaskName[] = ['first copy', 'nothing changed', '50 grown'];

/**
 * The modes that backups are measured in: the CLI signs everything, and encrypts unless told otherwise. Signed ones go
 * to the server that demands nothing, for rclone cannot sign: it is measured without.
 */
export const BACKUPS: readonly { readonly mode: Mode; readonly server: Mode }[] = [
  { mode: 'signed', server: 'unsigned' },
  { mode: 'encrypted', server: 'encrypted' },
];

function everyMode(task: TaskName): readonly Line[] {
  return MODES.map((mode) => ({ task, mode }));
}

/** What is measured, in this order: from the second on each backup goes on from what the one before has left. */
export type TaskName = 'first copy' | 'nothing changed' | '50 grown' | '256 MiB file';

export const CORPUS_TASKS: readonly TaskName[] = ['first copy', 'nothing changed', '50 grown'];
export const LARGE_TASK: TaskName = '256 MiB file';

export const GROWN_FILES = 50;
export const LARGE_BYTES = 256 * 2 ** 20;

import type { Repo } from './repo.js';

/** What Claude Code keeps beside its `projects` folder and an audit may want. */
export type ExtraName = 'history' | 'file-history' | 'plans' | 'tasks' | 'teams' | 'paste-cache';

/** Something that is kept beside the projects, as a repo of its own. */
export interface Extra {
  /** Its name in a configuration; of a folder, the folder's. */
  readonly name: ExtraName;
  /** The one file it is, directly in Claude Code's configuration folder; null for a folder there. */
  readonly file: string | null;
}

/**
 * Every extra there is. Never one of them: what holds secrets (`.credentials.json`, `session-env`, `shell-snapshots`),
 * and `debug`, whose logs may.
 */
export const EXTRAS: Readonly<Record<ExtraName, Extra>> = {
  history: { name: 'history', file: 'history.jsonl' },
  'file-history': { name: 'file-history', file: null },
  plans: { name: 'plans', file: null },
  tasks: { name: 'tasks', file: null },
  teams: { name: 'teams', file: null },
  'paste-cache': { name: 'paste-cache', file: null },
};

/** The names of all extras. */
export const EXTRA_NAMES = Object.keys(EXTRAS) as readonly ExtraName[];

/** The repo that an extra is kept as: `_history` holds what would be the project folder `history`. */
export function extraRepo({ name }: Extra): Repo {
  return { name: `_${name}`, aliases: [], layout: 'flat', projects: [name] };
}

/** The extra that is kept under this repo's name, however it is written; null for every other repo. */
export function extraOfRepo(repo: string): Extra | null {
  const name = repo.normalize('NFC').toLowerCase();
  return Object.values(EXTRAS).find((extra) => name === `_${extra.name}`) ?? null;
}

/** True where the extras lie beside this folder: it is called as Claude Code calls it. A slash at the end does not count. */
export function isProjectsFolder(path: string): boolean {
  return /(?:^|\/)projects\/*$/.test(path);
}

import { repoName, type ExtraName, type Repo } from '@sessionkeep/core';

/** A source as it will stand in the configuration. */
export interface SetupSource {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly repos: 'auto' | readonly Repo[];
  /** What is kept of what lies beside the projects. */
  readonly extras: readonly ExtraName[];
  /** The repos that this means today, by name: their folders are made. */
  readonly today: readonly string[];
}

interface SetupTarget {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** What the first set-up comes to: all that is written follows from it. */
export interface Setup {
  readonly sources: readonly SetupSource[];
  readonly target: SetupTarget;
  /** Where the configuration is written; absolute. */
  readonly config: string;
}

/** Names a target after the share or disk it lies on; one on the machine's own disk is `archive`. */
export function nameTarget(path: string): string {
  const [, mount = ''] = /^\/(?:Volumes|mnt|media\/[^/]+|run\/media\/[^/]+)\/([^/]+)/.exec(path) ?? [];
  const name = repoName(mount);
  return name === '' || name.toLowerCase() === 'all' ? 'archive' : name;
}

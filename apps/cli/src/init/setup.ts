import { repoName, type ExtraName, type Repo, type SmbAddress } from '@sessionkeep/core';
import type { ArchiveLocation } from '@sessionkeep/runner';

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
  readonly location: ArchiveLocation;
}

/** What the first set-up comes to: all that is written follows from it. */
export interface Setup {
  readonly sources: readonly SetupSource[];
  readonly target: SetupTarget;
  /** Where the configuration is written; absolute. */
  readonly config: string;
}

/** Names a target after the server, share or disk it lies on; one on the machine's own disk is `archive`. */
export function nameTarget(location: ArchiveLocation): string {
  const name = repoName(location.type === 'local' ? mountOf(location.path) : serverOf(location.address));
  return name === '' || name.toLowerCase() === 'all' ? 'archive' : name;
}

function mountOf(path: string): string {
  return /^\/(?:Volumes|mnt|media\/[^/]+|run\/media\/[^/]+)\/([^/]+)/.exec(path)?.[1] ?? '';
}

/** An address says nothing; then the share does. */
function serverOf({ host, share }: SmbAddress): string {
  return /^[\d.]+$|:/.test(host) ? share : (host.split('.')[0] ?? '');
}

import type { Extra, FilterRules } from '@sessionkeep/core';
import type { KeyPath, RepoConfig } from '@sessionkeep/core/config';
import { dirname, join } from 'node:path';

/** A source of sessions, and which of its repos are meant. */
export interface SelectedSource {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Its repos; `auto` where they are found when the source is listed. */
  readonly repos: 'auto' | readonly RepoConfig[];
  /** What is kept of what lies beside its `path`. */
  readonly extras: readonly Extra[];
  /** The name of the one repo that is meant, which an automatic source need not have; null for all of them. */
  readonly wantedRepo: string | null;
  /** For repos that are found automatically, and for the extras. */
  readonly rules: FilterRules;
  /** The configured origin. */
  readonly origin: string | null;
  /** How a message names what a key of the source says: `sessionkeep.yaml:7: sources.mac.path`, `--from`. */
  readonly at: (key: KeyPath) => string;
}

export function wants({ wantedRepo }: SelectedSource, repo: string): boolean {
  return wantedRepo === null || wantedRepo === repo;
}

/** What `name` is called beside the source's folder: where the extras lie. The folder is taken as it is written, for so does Claude Code. */
export function besideSource({ path }: SelectedSource, name: string): string {
  return join(dirname(path), name);
}

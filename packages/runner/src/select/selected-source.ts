import type { Extra, FilterRules } from '@sessionkeep/core';
import type { KeyPath, RepoConfig } from '@sessionkeep/core/config';
import type { Location } from '../location/location.js';

/** A source of sessions, and which of its repos are meant. */
export interface SelectedSource {
  readonly name: string;
  /** Its name in the configuration, where each of several pods is a source of its own; else the same. */
  readonly configured: string;
  readonly location: Location;
  /** Its repos; `auto` where they are found when the source is listed. */
  readonly repos: 'auto' | readonly RepoConfig[];
  /** What is kept of what lies beside its folder. */
  readonly extras: readonly Extra[];
  /** Where each of several pods is a source of its own, the name of the one that is meant; null for all of them. */
  readonly pod: string | null;
  /** The name of the one repo that is meant, which an automatic source need not have; null for all of them. */
  readonly wantedRepo: string | null;
  /** For repos that are found automatically, and for the extras. */
  readonly rules: FilterRules;
  /** The configured origin. */
  readonly origin: string | null;
  /** How a message names what a key of the source says: `sessionkeep.yaml:7: sources.mac.path`, `--from`. */
  readonly at: (key: KeyPath) => string;
}

/** Whether a repo is meant, by its name. */
export function wants({ wantedRepo }: SelectedSource, repo: string): boolean {
  return wantedRepo === null || wantedRepo === repo;
}

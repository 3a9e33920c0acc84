import type { FilterRules } from '@sessionkeep/core';
import type { KeyPath, RepoConfig } from '@sessionkeep/core/config';

/** A source of sessions, and which of its repos are meant. */
export interface SelectedSource {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** The repos that are meant; `auto` where they are found when the source is listed. */
  readonly repos: 'auto' | readonly RepoConfig[];
  /** All repos of the source, selected or not, which share its folders. */
  readonly allRepos: readonly RepoConfig[];
  /** `--repo`, for an automatic source, whose repos are not known yet; null for all. */
  readonly wantedRepo: string | null;
  /** For repos that are found automatically. */
  readonly rules: FilterRules;
  /** The configured origin. */
  readonly origin: string | null;
  /** How a message names what a key of the source says: `sessionkeep.yaml:7: sources.mac.path`, `--from`. */
  readonly at: (key: KeyPath) => string;
}

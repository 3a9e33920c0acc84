import type { FilterRules } from '../repo/keep-filter.js';
import type { Extra } from '../repo/extras.js';
import type { Repo } from '../repo/repo.js';

/** A configuration that was checked, with every rule that holds for a repo gathered. Paths are as written. */
export interface Config {
  readonly sources: readonly SourceConfig[];
  readonly targets: readonly TargetConfig[];
  /** The rules at the top, which hold for a source that no configuration names, too. */
  readonly rules: FilterRules;
}

export type SourceConfig = LocalSource;

export interface LocalSource {
  readonly type: 'local';
  readonly name: string;
  readonly path: string;
  readonly repos: 'auto' | readonly RepoConfig[];
  /** What is kept of what lies beside `path`, which then ends in `projects`. */
  readonly extras: readonly Extra[];
  readonly origin: string | null;
  /** For repos that are found automatically, and for the extras. */
  readonly rules: FilterRules;
}

export interface RepoConfig {
  readonly repo: Repo;
  readonly rules: FilterRules;
}

export type TargetConfig = LocalTarget;

export interface LocalTarget {
  readonly type: 'local';
  readonly name: string;
  readonly path: string;
  /** The archive's id, when it is pinned. */
  readonly id: string | null;
}

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

/** A source, by its `type`. */
export type SourceConfig = LocalSource;

/** Claude Code's projects folder on this machine. */
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

/** A repo that the configuration names, and every rule that holds for it. */
export interface RepoConfig {
  readonly repo: Repo;
  readonly rules: FilterRules;
}

/** A target, by its `type`. */
export type TargetConfig = LocalTarget;

/** A folder on this machine, or a mounted share. */
export interface LocalTarget {
  readonly type: 'local';
  readonly name: string;
  readonly path: string;
  /** The archive's id, when it is pinned. */
  readonly id: string | null;
}

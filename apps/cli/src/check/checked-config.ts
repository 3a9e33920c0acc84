import type { KeepError } from '@sessionkeep/core';

/** What a configuration means on this machine, and what is wrong with it here. */
export interface CheckedConfig {
  readonly sources: readonly CheckedSource[];
  readonly targets: readonly CheckedTarget[];
  /** What a backup would refuse, each with file, line and key. */
  readonly errors: readonly KeepError[];
  /** What it would not, and is worth a look. */
  readonly warnings: readonly string[];
}

export interface CheckedSource {
  readonly name: string;
  /** Of a share its URL. */
  readonly path: string;
  readonly repos: readonly CheckedRepo[];
}

export interface CheckedRepo {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly layout: 'flat' | 'folders';
  /** As they are written: names and patterns. */
  readonly projects: readonly string[];
  /** Those that there are. */
  readonly folders: readonly string[];
}

export interface CheckedTarget {
  readonly name: string;
  /** Of a share its URL. */
  readonly path: string;
  /** The archive's id; null where there is none yet, or it cannot be asked. */
  readonly id: string | null;
}

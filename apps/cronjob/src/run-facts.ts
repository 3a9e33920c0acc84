import type { Counts } from '@sessionkeep/core';
import type { Shard } from '@sessionkeep/runner';

/** What a run came to, for those who watch: metrics, pings and the termination message are made of it. */
export interface RunFacts {
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
  readonly exitCode: number;
  /** What the exit code means, in a few words. */
  readonly meaning: string;
  readonly dryRun: boolean;
  readonly shard: Shard | null;
  readonly repos: readonly RepoFacts[];
  readonly sources: readonly SourceFacts[];
  readonly verified: readonly VerifiedFacts[];
  /** What failed as a whole, a printable sentence each, with what to do where that is known. */
  readonly errors: readonly string[];
  /** Damage that was found, a printable sentence each. */
  readonly alarms: readonly string[];
}

/** What became of one source's repo on one target. */
export interface RepoFacts {
  readonly target: string;
  readonly source: string;
  readonly repo: string;
  readonly counts: Counts;
  readonly bytesMoved: number;
  readonly alarms: number;
  /** Why the repo as a whole failed, printable. */
  readonly failure: string | null;
  /** Where its ledger ends; null where it could not be read or has none yet. */
  readonly ledger: { readonly segment: number; readonly size: number; readonly head: string } | null;
}

/** How a source stands, as one target knows it. */
export interface SourceFacts {
  readonly target: string;
  readonly source: string;
  readonly reachable: boolean;
  /** Of the oldest byte that waits for a backup, in milliseconds; 0 when none waits, null where nobody can know. */
  readonly oldestUnsavedAge: number | null;
}

/** What was found where kept bytes were read again. */
interface VerifiedFacts {
  readonly target: string;
  readonly source: string;
  readonly repo: string;
  /** How many files came to what verdict. */
  readonly counts: Readonly<Record<string, number>>;
}

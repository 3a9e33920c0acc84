import { noCounts, type Counts } from '@sessionkeep/core';
import type { RepoFacts, RunFacts } from '../../src/run-facts.js';

/** When the runs of the tests began. */
export const BEGAN = Date.UTC(2026, 2, 1, 3, 0, 0);

/** A run that kept everything, in twelve seconds, but for what is said otherwise. */
export function facts(more: Partial<RunFacts> = {}): RunFacts {
  return {
    version: '1.2.3',
    began: BEGAN,
    ended: BEGAN + 12_000,
    exitCode: 0,
    meaning: 'done',
    dryRun: false,
    shard: null,
    repos: [],
    sources: [],
    verified: [],
    errors: [],
    alarms: [],
    ...more,
  };
}

/** What became of a repo: nothing, but for what is said otherwise. */
export function repoFacts({
  counts,
  ...more
}: Partial<Omit<RepoFacts, 'counts'>> & { counts?: Partial<Counts> }): RepoFacts {
  return {
    target: 'nas',
    source: 'blue',
    repo: 'shop',
    counts: { ...noCounts(), ...counts },
    bytesMoved: 0,
    alarms: 0,
    failure: null,
    ledger: null,
    ...more,
  };
}

/** A run of which everything is told that there is to tell. */
export const EVERYTHING = facts({
  exitCode: 3,
  meaning: 'some files failed or were refused',
  repos: [
    repoFacts({
      counts: { files: 6, copied: 3, appended: 1, failed: 2 },
      bytesMoved: 45_200_000,
      ledger: { segment: 2, size: 4711, head: 'ab'.repeat(32) },
    }),
    repoFacts({ source: 'mac', repo: 'home', failure: 'nothing answers', alarms: 2 }),
    repoFacts({ target: 'disk "C:\\"\n', repo: 'naïve 寿司' }),
  ],
  sources: [
    { target: 'nas', source: 'blue', reachable: true, oldestUnsavedAge: 90_500 },
    { target: 'nas', source: 'mac', reachable: false, oldestUnsavedAge: null },
  ],
  verified: [{ target: 'nas', source: 'blue', repo: 'shop', counts: { intact: 40, corrupt: 1 } }],
  errors: ['smb://nas.local/secure: nothing answers'],
  alarms: ['blue/shop: a line of the ledger is broken'],
});

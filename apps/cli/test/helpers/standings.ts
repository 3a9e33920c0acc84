import { NO_AGES, NOTHING_UNSAVED, type Unsaved, type UnsavedAges } from '@sessionkeep/core';
import type { RepoStanding, SourceStanding } from '@sessionkeep/runner';
import type { RepoStatus, SourceAnswer } from '@sessionkeep/transfer';

export const NOW = Date.UTC(2026, 2, 31, 12);
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const HOUR = 3_600_000;

/** A source's answer about a repo, with nothing unsaved unless said otherwise. */
export function answer(
  unsaved: Partial<Unsaved> = {},
  more: { files?: number; unreadable?: number; ages?: UnsavedAges } = {},
): SourceAnswer {
  return {
    asked: true,
    files: 7,
    refused: 0,
    unreadable: 0,
    ages: NO_AGES,
    ...more,
    unsaved: { ...NOTHING_UNSAVED, ...unsaved },
  };
}

/** What is unsaved since that many hours ago. */
export const unsavedSince = (hours: number): Partial<Unsaved> => ({
  files: 1,
  bytes: 1500,
  since: BigInt(NOW - hours * HOUR) * 1_000_000n,
});

function statusOf(repo: string, more: Partial<RepoStatus> = {}): RepoStatus {
  return {
    source: 'mac',
    repo,
    files: 732,
    gone: 0,
    bytes: 423_000_000,
    versions: 0,
    versionBytes: 0,
    lastRun: ago(3 * HOUR),
    lastOutcome: 'done',
    lastSuccess: ago(3 * HOUR),
    lastSuccessBegan: ago(3 * HOUR),
    clockOffsetMs: 0,
    newestSession: ago(2.5 * HOUR),
    segments: 1,
    damage: null,
    projects: [`-${repo}`],
    origin: 'here',
    atSource: answer(),
    ...more,
  };
}

/** A repo that the archive has. */
export function kept(repo: string, more: Partial<RepoStatus> = {}): RepoStanding {
  const status = statusOf(repo, more);
  return { source: status.source, repo, status, failure: null, atSource: status.atSource };
}

export function source(repos: readonly RepoStanding[], more: Partial<SourceStanding> = {}): SourceStanding {
  return { source: 'mac', silent: null, gone: false, unsaved: NOTHING_UNSAVED, repos, ...more };
}

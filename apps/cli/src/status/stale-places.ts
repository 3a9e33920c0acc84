import { staleness, type Stale } from '@sessionkeep/core';
import type { RepoStanding, SourceStanding } from '@sessionkeep/runner';

/** Something that went without a backup for too long; without a repo it is the whole archive. */
export interface StalePlace extends Stale {
  readonly source: string | null;
  readonly repo: string | null;
  /** False where the age is of a file's last change and its earlier bytes may be older. */
  readonly atMost: boolean;
}

/**
 * What of an archive has gone without a backup for longer than `maxAge` (milliseconds). An archive in which nothing ever
 * succeeded is stale as a whole.
 */
export function stalePlaces(
  sources: readonly SourceStanding[],
  maxAge: number,
  now: number,
): readonly StalePlace[] {
  const repos = sources.flatMap((source) => source.repos.map((standing) => ({ source, standing })));
  const kept = repos.flatMap(({ standing }) => standing.status ?? []);
  const unread = repos.some(({ standing }) => standing.failure !== null);
  if (!unread && kept.every(({ lastSuccess }) => lastSuccess === null))
    return [{ source: null, repo: null, why: 'never', age: null, atMost: true }];
  return repos.flatMap(({ source, standing }): StalePlace[] => {
    const { status, failure, atSource, repo } = standing;
    if (source.gone) return [];
    // Where the ledger is damaged nobody knows what is unsaved, and that is told as what it is.
    if (failure !== null || (status !== null && status.damage !== null)) return [];
    const stale = staleness(freshnessOf(standing, source.silent !== null), maxAge, now);
    const atMost = stale?.why !== 'unsaved' || !atSource.asked || atSource.unsaved.certain;
    return stale === null ? [] : [{ source: source.source, repo, ...stale, atMost }];
  });
}

function freshnessOf({ status, atSource }: RepoStanding, silent: boolean): Parameters<typeof staleness>[0] {
  const lastSuccess = status?.lastSuccess ?? null;
  const whole = atSource.asked && atSource.unreadable === 0 && !silent;
  const since = atSource.asked ? atSource.unsaved.since : null;
  return {
    lastSuccess: lastSuccess === null ? null : Date.parse(lastSuccess),
    source: whole ? 'asked' : 'unknown',
    unsavedSince: since === null ? null : Number(since / 1_000_000n),
  };
}

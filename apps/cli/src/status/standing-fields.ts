import type { Unsaved } from '@sessionkeep/core';
import type { RepoStanding, SourceStanding } from '@sessionkeep/runner';
import { plainError } from '@sessionkeep/runner/program';
import type { StalePlace } from './stale-places.js';

type Fields = Readonly<Record<string, unknown>>;

/** A repo's `--json` event: times in ISO 8601, ages in seconds. One that the archive does not have is `kept: false`, with zeros. */
export function repoFields(
  target: string,
  standing: RepoStanding,
  stale: StalePlace | null,
  now: number,
): Fields {
  const { source, repo, status, failure, atSource } = standing;
  return {
    target,
    source,
    repo,
    kept: status !== null || failure !== null,
    ...(status === null ? NOTHING_KEPT : known(standing)),
    lastSuccessAgeSeconds: ageSeconds(status?.lastSuccess ?? null, now),
    newestSessionAgeSeconds: ageSeconds(status?.newestSession ?? null, now),
    atSource: atSource.asked
      ? {
          asked: true,
          files: atSource.files,
          refused: atSource.refused,
          unreadable: atSource.unreadable,
        }
      : { asked: false, why: atSource.why === 'failed' ? atSource.error.message : atSource.why },
    unsaved: atSource.asked ? unsavedFields(atSource.unsaved, now) : null,
    stale: stale === null ? null : staleFields(stale),
    failure: failure === null ? null : plainError(failure),
  };
}

/** What the summary says of a source. */
export function sourceFields(
  target: string,
  { source, silent, gone, unsaved }: SourceStanding,
  now: number,
): Fields {
  return {
    target,
    source,
    asked: silent === null,
    why: silent,
    gone,
    unsaved: unsaved === null ? null : unsavedFields(unsaved, now),
  };
}

/** What the summary says of something that is stale. */
export function stalePlaceFields(target: string, stale: StalePlace): Fields {
  return { target, source: stale.source, repo: stale.repo, ...staleFields(stale) };
}

const NOTHING_KEPT = {
  files: 0,
  gone: 0,
  bytes: 0,
  versions: 0,
  versionBytes: 0,
  lastRun: null,
  lastOutcome: null,
  lastSuccess: null,
  lastSuccessBegan: null,
  clockOffsetMs: null,
  newestSession: null,
  segments: 0,
  damage: null,
  projects: [],
  origin: null,
};

function known({ status }: RepoStanding): Fields {
  const { source: _source, repo: _repo, atSource: _atSource, ...rest } = status ?? {};
  return rest;
}

/** `atMost`: no unsaved byte is older than that; false where nobody can know, and one may be. */
function unsavedFields({ files, bytes, since, certain }: Unsaved, now: number): Fields {
  const oldest = since === null ? null : new Date(Number(since / 1_000_000n));
  const valid = oldest !== null && !Number.isNaN(oldest.getTime());
  return {
    files,
    bytes,
    oldest: valid ? oldest.toISOString() : null,
    ageSeconds: since === null ? 0 : seconds(now - Number(since / 1_000_000n)),
    atMost: certain,
  };
}

function staleFields({ why, age, atMost }: StalePlace): Fields {
  return { why, ageSeconds: age === null ? null : seconds(age), atMost };
}

function ageSeconds(iso: string | null, now: number): number | null {
  return iso === null ? null : seconds(now - Date.parse(iso));
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}

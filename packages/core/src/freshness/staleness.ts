/** What is known of one repo when its freshness is judged. Times are milliseconds since 1970. */
export interface Freshness {
  /** When the last run ended that kept all it could read; null when there was none. */
  readonly lastSuccess: number | null;
  /**
   * `asked`: all that the source has of it was looked at, be it nothing. `unknown`: the source could not be asked, could be read
   * only in part, or is another one than what was kept.
   */
  readonly source: 'asked' | 'unknown';
  /** The earliest moment at which an unsaved byte can have been written; null when none is known of. */
  readonly unsavedSince: number | null;
}

/** Why a repo is stale. */
export interface Stale {
  /**
   * `unsaved`: bytes wait for longer than they may. `old`: the last success is longer ago, and the source does not say that
   * nothing was missed. `future`: it is dated further into the future, so that a clock was wrong. `never`: there was none.
   */
  readonly why: 'unsaved' | 'old' | 'future' | 'never';
  /** How long ago the unsaved byte or the success is at most, in milliseconds; null for `never`. */
  readonly age: number | null;
}

/**
 * Whether a repo has gone without a backup for longer than `maxAge` (milliseconds), or null when it has not. What the source
 * itself shows to be kept is never stale, however long ago that was: a project that was deleted, or that nobody
 * works on, must not alarm for ever.
 */
export function staleness(
  { lastSuccess, source, unsavedSince }: Freshness,
  maxAge: number,
  now: number,
): Stale | null {
  if (unsavedSince !== null && now - unsavedSince > maxAge)
    return { why: 'unsaved', age: now - unsavedSince };
  if (source === 'asked') return null;
  if (lastSuccess === null) return { why: 'never', age: null };
  const age = now - lastSuccess;
  if (age > maxAge) return { why: 'old', age };
  return age < -maxAge ? { why: 'future', age } : null;
}

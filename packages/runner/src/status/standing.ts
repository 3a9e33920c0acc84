import { addUnsaved, type KeepError, type Unsaved } from '@sessionkeep/core';
import type { RepoStatus, SourceAnswer } from '@sessionkeep/transfer';

/** How one repo stands: in the archive, at its source, or in both. */
export interface RepoStanding {
  readonly source: string;
  readonly repo: string;
  /** Null when the archive has nothing of it, or it could not be read. */
  readonly status: RepoStatus | null;
  readonly failure: KeepError | null;
  readonly atSource: SourceAnswer;
}

/** How a source stands to what an archive has of it. */
export interface SourceStanding {
  readonly source: string;
  /** Why it was not asked, or its answer is not believed; null when it was. */
  readonly silent: string | null;
  /** It is no more, and will never be again: nothing of it waits for a backup. */
  readonly gone: boolean;
  /** Null when it was not asked. */
  readonly unsaved: Unsaved | null;
  readonly repos: readonly RepoStanding[];
}

/** What several repos of a source have unsaved; null when none of them was asked about. */
export function unsavedOfAll(repos: readonly RepoStanding[]): Unsaved | null {
  const asked = repos.flatMap(({ atSource }) => (atSource.asked ? [atSource.unsaved] : []));
  return asked.length === 0 ? null : addUnsaved(asked);
}

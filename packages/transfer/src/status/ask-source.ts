import {
  AgeSum,
  extraOfRepo,
  NO_AGES,
  UnsavedSum,
  type Answer,
  type KeepError,
  type KeepFilter,
  type LiveRecord,
  type Repo,
  type Transport,
  type Unsaved,
  type UnsavedAges,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { scanSource } from '../manifest/scan-source.js';

/** A source that can be asked what a repo has there now. */
export interface AskedSource {
  readonly transport: Transport;
  readonly repo: Repo;
  readonly filter: KeepFilter;
  /** What the source is: where a ledger was written from elsewhere, nothing is compared. */
  readonly origin: string;
  /** The source's clock, milliseconds since 1970: the same as this machine's, where the source is on it. */
  readonly now: number;
  /** The coarser side's step of modification times, nanoseconds; 1 when not given. */
  readonly timeStep?: bigint;
  readonly signal?: AbortSignal;
}

/** What a source has of a repo, by its listing alone. */
export interface AtSource {
  readonly files: number;
  /** Links that lead out, pipes and the like, which no backup reads. */
  readonly refused: number;
  /** Files and folders that could not be looked at: what they hold may be unsaved too. */
  readonly unreadable: number;
  readonly unsaved: Unsaved;
  /** How old the unsaved files are that Claude Code deletes one day. */
  readonly ages: UnsavedAges;
}

/** What came of asking a source. */
export type SourceAnswer =
  | ({ readonly asked: true } & AtSource)
  | { readonly asked: false; readonly why: 'nobody' | 'elsewhere' }
  | { readonly asked: false; readonly why: 'failed'; readonly error: KeepError };

/**
 * What of a repo no backup has kept yet: its source's listing held against the ledger's records by size and time. Reads no
 * file, writes nothing, and holds no listing. For a repo that the archive does not have, `records` is empty.
 *
 * @param keptAll when the last run began that kept all it could read (the source's clock, milliseconds since 1970)
 */
export async function unsavedOf(
  asked: Omit<AskedSource, 'origin'>,
  records: ReadonlyMap<string, LiveRecord>,
  keptAll: number | null,
): Answer<AtSource> {
  const { transport, repo, filter, now, timeStep = 1n, signal } = asked;
  // To the end of this millisecond: a file of this very moment is not one of the future.
  const clock = nanoseconds(now) + 999_999n;
  const aged = extraOfRepo(repo.name) === null ? new AgeSum(clock, repo.layout) : null;
  const sum = new UnsavedSum({
    keptAll: keptAll === null ? null : nanoseconds(keptAll),
    now: clock,
    timeStep,
  });
  let files = 0;
  const scanned = await scanSource({
    source: transport,
    repo,
    filter,
    skip: (file) => {
      files++;
      aged?.add(file, sum.add(file, records.get(file.path)));
      return true;
    },
    ...(signal && { signal }),
  });
  if (scanned.isErr()) return err(scanned.error);
  const { refused, unreadable } = scanned.value;
  return ok({
    files,
    refused: refused.length,
    unreadable: unreadable.length,
    unsaved: sum.sum,
    ages: aged?.ages ?? NO_AGES,
  });
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.floor(milliseconds)) * 1_000_000n;
}

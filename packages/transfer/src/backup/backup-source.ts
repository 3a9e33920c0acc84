import {
  addCounts,
  extraRepo,
  isName,
  keepError,
  keepFilter,
  noCounts,
  printable,
  type Answer,
  type Extra,
  type KeepError,
  type KeepFilter,
  type LeaseHolder,
  type Repo,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { unnameableFolders } from '../discover/unnameable-folders.js';
import { discoverRepos } from '../discover/discover-repos.js';
import { hasExtra } from '../extras/has-extra.js';
import type { BackupReport, SourceReport } from '../report.js';
import { thisRun } from '../this-run.js';
import { backupRepo, type BackupOptions } from './backup-repo.js';

/** What {@link backupSource} is told. What {@link BackupOptions} must be told of one repo is found out here, or has a default. */
export interface BackupSourceOptions extends Omit<
  BackupOptions,
  'place' | 'repo' | 'filter' | 'holder' | 'version' | 'saved'
> {
  /** The source's name in the archive: its files land in `source-<name>/`. */
  readonly name: string;
  /** Which repos; every project folder of the source when not given, named after the working folder in its logs. */
  readonly repos?: readonly Repo[];
  /** What else is kept of it, each as a source of its own that `openExtra` opened; one that is not there is passed over. */
  readonly extras?: readonly OpenedExtra[];
  /** What of a project folder is kept; all but secrets and noise when not given. */
  readonly filter?: KeepFilter;
  /** Who runs this; {@link thisRun} when not given. */
  readonly holder?: LeaseHolder;
  /** The version of the program that runs this, for the run's record; `library` when not given. */
  readonly version?: string;
}

/** An extra, and the source that `openExtra` made of it. */
export interface OpenedExtra {
  readonly extra: Extra;
  readonly source: Transport;
}

/**
 * Backs up a whole source, one repo after another: `backupRepo` for each, with what is mostly wanted.
 *
 * An error only where the repos could not be found out, or `name` is none (`usage`). A repo that fails does not keep the others
 * from being kept, unless the target takes nothing more (its `targetFailure`): look at the report's `outcome`, and at each
 * repo's `failure` and `alarms`.
 *
 * @example
 * import { backupSource, openArchive } from '@sessionkeep/transfer';
 * import { nodeSha256, openLocalTransport } from '@sessionkeep/transport-local';
 *
 * const source = (await openLocalTransport({ root: '/Users/anna/.claude/projects' }))._unsafeUnwrap();
 * const target = (await openLocalTransport({ root: '/Volumes/secure/claude-sessions' }))._unsafeUnwrap();
 * const archive = (await openArchive({ target, sha256: nodeSha256, create: true }))._unsafeUnwrap();
 *
 * const report = await backupSource({ source, archive, name: 'laptop', origin: 'annas-laptop' });
 * console.log(report.isOk() ? report.value.outcome : report.error.message);
 */
export async function backupSource(options: BackupSourceOptions): Answer<SourceReport> {
  const { source, archive, name, signal } = options;
  if (!isName(name)) return err(noName(name));
  const repos = options.repos
    ? ok(options.repos)
    : await discoverRepos({ source, archive, sourceName: name });
  if (repos.isErr()) return err(repos.error);
  const refused = options.repos ? ok([]) : await unnameableFolders(source);
  if (refused.isErr()) return err(refused.error);
  const jobs: Job[] = repos.value.map((repo) => ({ repo, source, place: { source: name, repo: repo.name } }));
  for (const { extra, source: from } of options.extras ?? []) {
    const repo = extraRepo(extra);
    const place = { source: name, repo: repo.name };
    const there = await hasExtra(extra, from, archive, place);
    if (there.isErr()) return err(there.error);
    if (there.value) jobs.push({ repo, source: from, place });
  }
  const common = {
    ...options,
    filter: options.filter ?? keepFilter(),
    holder: options.holder ?? thisRun(),
    version: options.version ?? 'library',
  };
  const reports: BackupReport[] = [];
  for (const job of jobs) {
    if (signal?.aborted === true) break;
    const report = await backupRepo({ ...common, ...job });
    reports.push(report);
    if (report.targetFailure !== null) break;
  }
  return ok(summed(name, reports, refused.value, signal?.aborted === true));
}

type Job = Pick<BackupOptions, 'repo' | 'source' | 'place'>;

function noName(name: string): ReturnType<typeof keepError> {
  const hint = 'letters, digits, ".", "_" and "-", beginning with none of ".-", and at most 64 of them';
  return keepError('usage', 'backup', `"${printable(name)}" is no name for a source`, { hint });
}

/** From the best to the worst. */
const OUTCOMES: readonly SourceReport['outcome'][] = ['done', 'partial', 'damage', 'failed', 'interrupted'];

function summed(
  source: string,
  repos: readonly BackupReport[],
  refused: readonly KeepError[],
  interrupted: boolean,
): SourceReport {
  const counts = noCounts();
  const least = refused.length > 0 ? OUTCOMES.indexOf('partial') : 0;
  let [bytesMoved, worst] = [0, interrupted ? OUTCOMES.length - 1 : least];
  for (const report of repos) {
    addCounts(counts, report.counts);
    bytesMoved += report.bytesMoved;
    worst = Math.max(worst, OUTCOMES.indexOf(report.outcome));
  }
  return { source, outcome: OUTCOMES[worst] ?? 'failed', counts, bytesMoved, repos, refused };
}

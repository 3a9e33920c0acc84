import {
  addCounts,
  isName,
  keepError,
  keepFilter,
  noCounts,
  printable,
  type Answer,
  type KeepFilter,
  type LeaseHolder,
  type Repo,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { discoverRepos } from '../discover/discover-repos.js';
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
  /** What of a project folder is kept; all but secrets and noise when not given. */
  readonly filter?: KeepFilter;
  /** Who runs this; {@link thisRun} when not given. */
  readonly holder?: LeaseHolder;
  /** The version of the program that runs this, for the run's record; `library` when not given. */
  readonly version?: string;
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
  const common = {
    ...options,
    filter: options.filter ?? keepFilter(),
    holder: options.holder ?? thisRun(),
    version: options.version ?? 'library',
  };
  const reports: BackupReport[] = [];
  for (const repo of repos.value) {
    if (signal?.aborted === true) break;
    const report = await backupRepo({ ...common, repo, place: { source: name, repo: repo.name } });
    reports.push(report);
    if (report.targetFailure !== null) break;
  }
  return ok(summed(name, reports, signal?.aborted === true));
}

function noName(name: string): ReturnType<typeof keepError> {
  const hint = 'letters, digits, ".", "_" and "-", beginning with none of ".-", and at most 64 of them';
  return keepError('usage', 'backup', `"${printable(name)}" is no name for a source`, { hint });
}

/** From the best to the worst. */
const OUTCOMES: readonly SourceReport['outcome'][] = ['done', 'partial', 'damage', 'failed', 'interrupted'];

function summed(source: string, repos: readonly BackupReport[], interrupted: boolean): SourceReport {
  const counts = noCounts();
  let [bytesMoved, worst] = [0, interrupted ? OUTCOMES.length - 1 : 0];
  for (const report of repos) {
    addCounts(counts, report.counts);
    bytesMoved += report.bytesMoved;
    worst = Math.max(worst, OUTCOMES.indexOf(report.outcome));
  }
  return { source, outcome: OUTCOMES[worst] ?? 'failed', counts, bytesMoved, repos };
}

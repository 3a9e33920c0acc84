/**
 * Backs up, verifies, restores and looks into archives, over any `Transport`. Open an archive with {@link openArchive};
 * then {@link backupSource} is a whole backup in one call, and {@link backupRepo}, {@link verifyRepo}, {@link restoreFiles},
 * {@link listFiles} and their neighbours are the parts.
 *
 * Functions that answer with a report never reject: what went wrong is in it, and the rest was done. The others answer
 * with a `Result`. Whoever opens a transport closes it.
 *
 * @module
 */
export type { FileDone, Listener, Notice, RestoreOutcome, TransferEvent, VerifyOutcome } from './events.js';
export type { Place } from './archive/place.js';
export type { BackupReport, RepoStatus, RestoreReport, SourceReport, VerifyReport } from './report.js';
export { openArchive, readTargetId, type Archive, type OpenArchiveOptions } from './archive/open-archive.js';
export { META, repoPaths, TARGET_FILE, type RepoPaths } from './archive/archive-paths.js';
export { NO_MEMORY, openMemory, type Memory } from './memory/memory.js';
export { backupRepo, type BackupOptions } from './backup/backup-repo.js';
export {
  planRepo,
  type PlanOptions,
  type PlanReport,
  type RepoPlan,
  type SavedPlan,
} from './backup/plan-repo.js';
export { Turns } from './backup/turns.js';
export { backupSource, type BackupSourceOptions, type OpenedExtra } from './backup/backup-source.js';
export { thisRun } from './this-run.js';
export { listRepos } from './archive/list-repos.js';
export { examineFolder, type ExamineOptions } from './doctor/examine-folder.js';
export { readSmallFile } from './io/read-range.js';
export { hasExtra } from './extras/has-extra.js';
export { openExtra } from './extras/open-extra.js';
export { discoverRepos, type DiscoverOptions } from './discover/discover-repos.js';
export { workingFolder } from './discover/working-folder.js';
export { verifyRepo, type VerifyOptions } from './verify/verify-repo.js';
export { listFiles, type ListFilesOptions, type Listing } from './history/list-files.js';
export { whereItLies } from './history/where-it-lies.js';
export { openFileAt, type OpenedFile, type OpenFileOptions } from './history/open-file-at.js';
export {
  fileHistory,
  type FileHistories,
  type FileHistory,
  type FileHistoryOptions,
} from './history/file-history.js';
export { diffMoments, type Diff, type DiffOptions } from './history/diff-moments.js';
export { listRuns, type ListedRun, type ListRunsOptions, type UnlistedRuns } from './history/list-runs.js';
export type { LookOptions, Readable } from './history/replay.js';
export { restoreFiles, type RestoreOptions } from './restore/restore-files.js';
export type { RestoreSelection } from './restore/choose-files.js';
export { repairRepo, type RepairOptions } from './repair/repair-repo.js';
export { breakLock, type BreakLockOptions } from './repair/break-lock.js';
export { repoStatus } from './status/repo-status.js';
export { unsavedOf, type AskedSource, type AtSource, type SourceAnswer } from './status/ask-source.js';
export { createRateLimit, type Clock, type RateLimit } from './wrappers/rate-limit.js';
export { withThrottle, type ThrottleOptions } from './wrappers/throttle-transport.js';
export { withRetry, type RetryOptions } from './wrappers/retry-transport.js';
export { unnameableFolders } from './discover/unnameable-folders.js';
export { readBinding } from './discover/read-binding.js';

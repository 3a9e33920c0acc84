export type { Listener, Place, RestoreOutcome, TransferEvent, VerifyOutcome } from './events.js';
export type { BackupReport, RepoStatus, RestoreReport, VerifyReport } from './report.js';
export {
  archiveOf,
  openArchive,
  readTargetId,
  type Archive,
  type OpenArchiveOptions,
} from './archive/open-archive.js';
export { META, repoPaths, type RepoPaths } from './archive/archive-paths.js';
export { NO_MEMORY, openMemory, type Memory } from './memory/memory.js';
export { backupRepo, type BackupOptions } from './backup/backup-repo.js';
export { listRepos } from './archive/list-repos.js';
export { discoverRepos, type DiscoverOptions } from './discover/discover-repos.js';
export { verifyRepo, type VerifyOptions } from './verify/verify-repo.js';
export { restoreFiles, type RestoreOptions } from './restore/restore-files.js';
export type { RestoreSelection } from './restore/choose-files.js';
export { repairRepo, type RepairOptions } from './repair/repair-repo.js';
export { breakLock, repoStatus } from './status/repo-status.js';
export { withRetry, type RetryOptions } from './wrappers/retry-transport.js';
export { readBinding } from './discover/read-binding.js';

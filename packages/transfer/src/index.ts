export type { Listener, Place, RestoreOutcome, TransferEvent, VerifyOutcome } from './events.js';
export type { BackupReport, RepoStatus, RestoreReport, VerifyReport } from './report.js';
export { openArchive, readTargetId, type Archive, type OpenArchiveOptions } from './archive/open-archive.js';
export { META, repoPaths, type RepoPaths } from './archive/archive-paths.js';
export { NO_MEMORY, openMemory, type Memory } from './memory/memory.js';
export { backupRepo, type BackupOptions } from './backup/backup-repo.js';

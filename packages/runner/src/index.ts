/**
 * From a configuration to runs: reads it, finds out what of it is meant, opens sources and targets, and backs up or verifies. It is
 * what `sessionkeep` and its CronJob app do, without a terminal.
 *
 * @module
 */
export type { Choice } from './choice.js';
export type { LoadedConfig } from './config/load-config.js';
export { openConfig } from './config/open-config.js';
export { NO_LIMITS, readLimits, type LimitOptions, type Limits } from './limits/limits.js';
export { parseRate } from './limits/parse-rate.js';
export { readBackOf, type ReadBack, type ReadBackOptions } from './limits/read-back.js';
export { givenLocation, givenPod } from './location/given-location.js';
export { liesIn, pathLiesIn } from './location/lies-in.js';
export {
  besideLocation,
  hasExtrasBeside,
  locationKey,
  locationText,
  type ArchiveLocation,
  type LocalFolder,
  type Location,
  type PodFolder,
  type SharedFolder,
} from './location/location.js';
export { openLocation, type OpenLocationOptions } from './location/open-location.js';
export { instanceOf } from './location/origin-of.js';
export { shareOptions } from './location/share-options.js';
export type { Observer, Summary } from './observer.js';
export { type PasswordWish } from './password/password-wish.js';
export { Passwords, type PasswordWorld } from './password/passwords.js';
export { failureOf, isOf, type FailedSource } from './pods/locate-pods.js';
export { Pods } from './pods/pods.js';
export { backup, type Backup, type BackupEnd, type BackupOptions, type PlannedWork } from './runs/backup.js';
export { isInShard, parseShard, type Shard } from './runs/shard.js';
export { verify, type Verification, type VerifyEnd, type VerifyOptions } from './runs/verify.js';
export { checkAllFolders, type CheckedFolders } from './select/check-all-folders.js';
export type { MissingFolder } from './select/check-folders.js';
export { checkOverlap } from './select/check-overlap.js';
export { hostName, projectsFolder } from './select/implicit-source.js';
export { selectPlaces } from './select/select-places.js';
export { selectSources } from './select/select-sources.js';
export { selectOneTarget, selectTargets, type SelectedTarget } from './select/select-targets.js';
export { wants, type SelectedSource } from './select/selected-source.js';
export { closeAsked, findAsked, type Asked } from './status/find-asked.js';
export { lookAtArchive, type Look } from './status/look-at-archive.js';
export { unsavedOfAll, type RepoStanding, type SourceStanding } from './status/standing.js';
export { backedUp, backupFields, backupSentence, judgeBackup } from './text/backed-up.js';
export { verified, verifySentence } from './text/verified.js';
export { chooseWork, type Work, type WorkOptions } from './work/choose-work.js';
export { sumRow, type CountRow } from './work/count-row.js';
export {
  openTarget,
  startEngine,
  type Engine,
  type EngineOptions,
  type OpenTargetOptions,
} from './work/engine.js';
export { findJobs, type Job } from './work/find-jobs.js';
export { forEachTarget, type TargetCallbacks, type TargetWork } from './work/for-each-target.js';
export { noArchive } from './work/no-archive.js';
export { closeSource, openSource, type OpenExtra, type OpenSource } from './work/open-source.js';
export type { Pace } from './work/pace.js';
export { runPool } from './work/run-pool.js';
export { RunTotals, type FailedName, type Judged, type RepoReport, type RunEnd } from './work/run-totals.js';
export { TargetSample } from './work/target-sample.js';
export { tellOfAbsent } from './work/tell-of-absent.js';
export { unknownFolders } from './work/unknown-folders.js';
export { unnameable } from './work/unnameable.js';
export { waitForJitter } from './work/wait-for-jitter.js';
export type { World } from './world.js';

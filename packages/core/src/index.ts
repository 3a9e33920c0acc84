/**
 * The model of sessionkeep: paths, manifests, the ledger's lines, the planner, and {@link Transport}, the one interface to where
 * files lie. Pure: it asks no clock, no disk and no chance, and runs wherever JavaScript does.
 *
 * Nothing throws but for bugs: what can go wrong comes back as a neverthrow `Result` with a {@link KeepError}. Sizes are
 * bytes, modification times nanoseconds since 1970 (`bigint`), moments ISO 8601 in UTC with milliseconds.
 *
 * @example
 * const input: PlanInput = {
 *   source: { files: [], refused: [], unreadable: [], complete: true, covers: () => true },
 *   target: [],
 *   records: [],
 *   rules: POSIX_NAMES,
 *   policy: { checksum: false, now: 0n, timeStep: 1n },
 * };
 * for (const { path, outcome, reason } of plan(input).steps) console.log(outcome, path, reason);
 *
 * @module
 */
export { keepError, type ErrorKind, type KeepError } from './error/keep-error.js';
export {
  baseName,
  childPath,
  firstSegment,
  isPath,
  joinPath,
  parentPath,
  parsePath,
  relativeTo,
  ROOT,
  segmentProblem,
  type RelativePath,
} from './path/relative-path.js';
export { comparePaths, sortByPath, sortByPathOf } from './path/compare-paths.js';
export { printable } from './path/printable.js';
export {
  clockFinding,
  EXAMINE_STEPS,
  failedFinding,
  fineFinding,
  oddFinding,
  spaceFinding,
  type ExamineStep,
  type Finding,
} from './doctor/finding.js';
export { isGuest, isSmbUrl, SMB_PORT, usualSigning, type SmbAddress } from './share/smb-address.js';
export { parseSmbUrl } from './share/parse-smb-url.js';
export { formatSmbUrl, smbOrigin } from './share/format-smb-url.js';
export { isPodUrl, type PodAddress, type PodOwner } from './pods/pod-address.js';
export { parsePodUrl } from './pods/parse-pod-url.js';
export { formatPodUrl, podOrigin } from './pods/format-pod-url.js';
export { BufferPool, type Shelf } from './bytes/buffer-pool.js';
export { digestReads } from './bytes/digest-reads.js';
export { ExactBytes, type ExactBytesOptions } from './bytes/exact-bytes.js';
export { EMPTY_SHA256, isSha256, type Hasher, type Sha256 } from './hash/sha256.js';
export { storedPath } from './path/stored-path.js';
export { foldKey, POSIX_NAMES, type NameRules, type Traits } from './port/traits.js';
export type {
  Answer,
  Bytes,
  CallOptions,
  FileStat,
  Lease,
  LeaseHolder,
  ListEntry,
  Range,
  RangeDigest,
  RangeRead,
  ScanOptions,
  SmallFile,
  Transport,
  WriteOptions,
} from './port/transport.js';
export {
  wrapTransport,
  type Around,
  type Operation,
  type Overrides,
  type PortCall,
} from './port/wrap-transport.js';
export type { FileEntry, RefusedAs, RefusedEntry, ScanEntry, UnreadableEntry } from './manifest/entry.js';
export {
  GENESIS,
  LEDGER_FORMAT,
  MAX_LINE_BYTES,
  type Aside,
  type AsideLine,
  type Binding,
  type BrokenSegment,
  type FileFacts,
  type FileKind,
  type FileLine,
  type HeaderLine,
  type Layout,
  type Line,
  type LiveRecord,
  type ReboundLine,
  type Stamp,
  type StateLine,
} from './ledger/line.js';
export { encodeChained, encodeLine, stateLine, type EncodedLine } from './ledger/encode-line.js';
export { decodeLine, parseObject, type Decoded } from './ledger/decode-line.js';
export { ChainReader, type ChainDamage, type ChainItem } from './ledger/chain-reader.js';
export { LedgerState } from './ledger/ledger-state.js';
export { AsOf, type FileAsOf } from './history/as-of.js';
export {
  bestMatches,
  fileMatcher,
  type FileMatch,
  type FileMatcher,
  type FileSelector,
} from './history/file-matcher.js';
export { FileEvents, type FileEvent } from './history/file-events.js';
export {
  countDifferences,
  Differences,
  type Difference,
  type DifferenceCounts,
  type DifferenceKind,
} from './history/differences.js';
export { decodeRun, type LedgerHead, type RunRecord } from './ledger/run-record.js';
export { addCounts, count, noCounts, type Counts, type Outcome } from './plan/counts.js';
export type { Op, Reason, Step, TargetEntry } from './plan/step.js';
export { questionKey, type Answers, type Question, type QuestionAnswer } from './plan/question.js';
export { sameTime, type Policy, type Situation } from './plan/situation.js';
export { decide, type Decided } from './plan/decide.js';
export { copyStep } from './plan/decide-new.js';
export { isIdle } from './plan/is-idle.js';
export {
  plan,
  planSteps,
  type Plan,
  type Planned,
  type PlanInput,
  type SourceManifest,
} from './plan/plan.js';
export {
  PLAN_FORMAT,
  type PlanBasis,
  type PlanEnd,
  type PlanHeader,
  type PlanLine,
  type PlannedSource,
  type PlannedStep,
  type PlannedTarget,
  type PlanPolicy,
  type PlanSection,
} from './saved-plan/plan-line.js';
export { PlanWriter, plannedStep } from './saved-plan/plan-writer.js';
export { PlanReader, type PlanProblem } from './saved-plan/plan-reader.js';
export { decodePlanLine } from './saved-plan/decode-plan-line.js';
export { compareBasis } from './saved-plan/compare-basis.js';
export { SavedSteps } from './saved-plan/saved-steps.js';
export {
  bindingOf,
  coverage,
  isPattern,
  matchBinding,
  projectFolders,
  type BindingMatch,
  type Repo,
} from './repo/repo.js';
export {
  EXTRA_NAMES,
  EXTRAS,
  extraOfRepo,
  extraRepo,
  isProjectsFolder,
  type Extra,
  type ExtraName,
} from './repo/extras.js';
export { insideProject, sessionOf } from './repo/inside-project.js';
export {
  DEFAULT_RETENTION,
  parseRetention,
  UNCLEAR_RETENTION,
  type Retention,
} from './retention/retention.js';
export {
  AgeSum,
  expiringWithin,
  NO_AGES,
  type AgedFiles,
  type Expiring,
  type UnsavedAges,
} from './retention/unsaved-ages.js';
export { sharedFolders } from './repo/shared-folders.js';
export { globMatcher } from './repo/glob.js';
export { keepFilter, NEVER_KEPT, NOISE, type FilterRules, type KeepFilter } from './repo/keep-filter.js';
export {
  findCwd,
  isName,
  nameRepos,
  projectFolderName,
  repoName,
  type FoundProject,
} from './repo/name-repos.js';
export { parseAge, parseMoment } from './time/parse-moment.js';
export { nearest } from './text/nearest.js';
export { keptAll } from './freshness/kept-all.js';
export { staleness, type Freshness, type Stale } from './freshness/staleness.js';
export {
  addUnsaved,
  NOTHING_UNSAVED,
  unsavedBytes,
  UnsavedSum,
  type Unsaved,
  type UnsavedFacts,
} from './freshness/unsaved.js';
export {
  inSample,
  nextSample,
  parseSampleSize,
  parseSampleStart,
  SAMPLE_PARTS,
  samplePosition,
  windowsToCover,
  type SampleProgress,
  type SampleWindow,
} from './sample/sample.js';

import {
  bindingOf,
  extraOfRepo,
  keepError,
  matchBinding,
  planSteps,
  printable,
  type Answer,
  type FileEntry,
  type KeepError,
  type NameRules,
  type Policy,
  type RelativePath,
  type TargetEntry,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { checkOrigin } from '../discover/check-origin.js';
import { loadLedger, type LoadedLedger } from '../ledger/load-ledger.js';
import { loadRunLog, type RunLog } from '../ledger/run-log.js';
import { listTarget } from '../manifest/list-target.js';
import { scanSource, type ScannedSource } from '../manifest/scan-source.js';
import type { BackupContext } from './backup-repo.js';
import { makePlan, type MadePlan } from './make-plan.js';
import { SettleUnchanged } from './settle-unchanged.js';

/** The plan, and what else is known when it stands. The listings that it was made from are let go. */
export interface Prepared {
  readonly loaded: LoadedLedger;
  readonly runs: RunLog;
  /** The ledger is bound to something else, and may be bound anew. */
  readonly rebound: boolean;
  readonly plan: MadePlan;
  readonly sourcePath: (path: RelativePath) => RelativePath;
}

/**
 * Loads the ledger, lists the target, scans the source, and plans.
 *
 * @param rulesOfNames called when the ledger has been read and may be written to
 */
export async function prepare(
  context: BackupContext,
  rulesOfNames: () => Answer<NameRules>,
): Answer<Prepared> {
  const { archive, paths, signal } = context;
  const known = await loadKnown(context);
  if (known.isErr()) return err(known.error);
  const { loaded } = known.value;
  const { records } = loaded.state;
  const rules = await rulesOfNames();
  if (rules.isErr()) return err(rules.error);
  const policy: Policy = {
    checksum: context.checksum ?? false,
    now: BigInt(context.began.getTime()) * 1_000_000n + 999_999n,
    timeStep: rules.value.timeStep,
  };
  const settle = new SettleUnchanged(records, policy, rules.value);
  const skipTarget = (entry: TargetEntry): boolean => settle.onTarget(entry);
  const listed = await listTarget(archive.target, paths.live, { signal, skip: skipTarget });
  if (listed.isErr()) return err(listed.error);
  const skipSource = (file: FileEntry): boolean => settle.onSource(file);
  const scanned = await scanSource({ ...context, skip: skipSource });
  if (scanned.isErr()) return err(scanned.error);
  const source = scanned.value;
  const missing = missingFolders(context, loaded, source);
  if (missing !== null) return err(missing);
  const target = settle.openTarget(listed.value);
  const input = { source, records: settle.openRecords(), target, rules: rules.value, policy };
  const plan = await makePlan(context, planSteps(input), policy, source.sourcePath, settle.idle);
  return plan.map((made) => ({ ...known.value, plan: made, sourcePath: source.sourcePath }));
}

async function loadKnown(context: BackupContext): Answer<Pick<Prepared, 'loaded' | 'runs' | 'rebound'>> {
  const { archive, paths, place, tally, signal } = context;
  const { target, memory, sha256 } = archive;
  const runs = await loadRunLog(target, paths, sha256);
  if (runs.isErr()) return err(runs.error);
  if (runs.value.damage !== null) tally.alarm(`runs.log is damaged at its end: ${runs.value.damage}`);
  const remembered = await memory.head(archive.id ?? '', place);
  const expected = [
    ...(runs.value.last ? [{ head: runs.value.last.ledger, by: 'the last run recorded' }] : []),
    ...(remembered ? [{ head: remembered, by: 'this machine wrote' }] : []),
  ];
  const ledger = {
    target,
    paths,
    place,
    archive: archive.id ?? '',
    sha256,
    expected,
    ...(signal && { signal }),
  };
  const loaded = await loadLedger(ledger);
  if (loaded.isErr()) return err(loaded.error);
  if (loaded.value.state.binding === null && context.rebind !== true) {
    const ours = await checkOrigin(archive, place, context.origin);
    if (ours.isErr()) return err(ours.error);
  }
  const rebound = bind(context, loaded.value);
  if (rebound.isErr()) return err(rebound.error);
  for (const alarm of loaded.value.alarms) tally.alarm(alarm);
  return ok({ loaded: loaded.value, runs: runs.value, rebound: rebound.value });
}

/** What the ledger shall be bound to. */
export function wantedBinding({ repo, origin }: BackupContext): ReturnType<typeof bindingOf> {
  return bindingOf(repo, origin);
}

/** Whether the ledger must be bound anew: an error unless that was asked for, or cannot mix anything. */
function bind(context: BackupContext, { state }: LoadedLedger): Result<boolean, KeepError> {
  if (state.binding === null) return ok(false);
  const match = matchBinding(state.binding, wantedBinding(context));
  if (match.match === 'same') return ok(false);
  if (match.match === 'extended' || context.rebind === true) return ok(true);
  const { source, repo } = context.place;
  const text = `source "${source}", repo "${repo}" in ${context.archive.target.name} belongs to something else: ${printable(match.difference)}`;
  const hint = 'give this source another name (--source NAME), or pass --rebind if it really is the same one';
  return err(keepError('foreign', 'backup', text, { hint }));
}

/** A folder that was never kept is a mistake in the configuration; one that was kept before may be unmounted. */
function missingFolders(
  context: BackupContext,
  { state }: LoadedLedger,
  { missing }: ScannedSource,
): KeepError | null {
  const { tally, source, place } = context;
  // Claude Code makes and removes the extras as it needs them.
  if (missing.length === 0 || extraOfRepo(place.repo) !== null) return null;
  const names = missing.map(printable).join(', ');
  if (state.records.size === 0) {
    const hint = 'correct the name under repos: in the configuration';
    return keepError(
      'usage',
      'backup',
      `repo "${place.repo}" names the project folder ${names}, which ${source.name} does not have`,
      { hint },
    );
  }
  tally.incomplete(
    `the project folder ${names} is not at ${source.name} any more; what was kept of it stays`,
  );
  return null;
}

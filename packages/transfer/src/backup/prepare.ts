import {
  extraOfRepo,
  keepError,
  planSteps,
  printable,
  SavedSteps,
  type Answer,
  type FileEntry,
  type KeepError,
  type NameRules,
  type Policy,
  type RelativePath,
  type Step,
  type TargetEntry,
} from '@sessionkeep/core';
import { err } from 'neverthrow';
import type { LoadedLedger } from '../ledger/load-ledger.js';
import { keptAs, type KeptAs } from '../archive/kept-as.js';
import { listTarget } from '../manifest/list-target.js';
import { scanSource, type ScannedSource } from '../manifest/scan-source.js';
import { loadKnown, type Known } from './load-known.js';
import { makePlan, type MadePlan } from './make-plan.js';
import type { PlanContext } from './plan-repo.js';
import { SettleUnchanged } from './settle-unchanged.js';

/** The plan, and what else is known when it stands. The listings that it was made from are let go. */
export interface Prepared extends Known {
  readonly plan: MadePlan;
  /** Holds the run to a saved plan, if there is one. */
  readonly saved: SavedSteps | null;
  readonly sourcePath: (path: RelativePath) => RelativePath;
  readonly keptAs: KeptAs;
}

/**
 * Loads the ledger, lists the target, scans the source, and plans.
 *
 * @param rulesOfNames called when the ledger has been read and may be written to
 */
export async function prepare(context: PlanContext, rulesOfNames: () => Answer<NameRules>): Answer<Prepared> {
  const { archive, paths, signal } = context;
  const known = await loadKnown(context);
  if (known.isErr()) return err(known.error);
  const { loaded } = known.value;
  const { records } = loaded.state;
  const rules = await rulesOfNames();
  if (rules.isErr()) return err(rules.error);
  const policy: Policy = {
    checksum: known.value.basis.policy.checksum,
    now: BigInt(context.began.getTime()) * 1_000_000n + 999_999n,
    timeStep: rules.value.timeStep,
  };
  const saved = context.saved === undefined ? null : new SavedSteps(context.saved.steps, policy);
  const settle = new SettleUnchanged(records, policy, rules.value);
  // What a saved plan names is looked at in any case: what became of it is to be told.
  const skipTarget = (entry: TargetEntry): boolean =>
    saved?.names(entry.path) !== true && settle.onTarget(entry);
  const listed = await listTarget(archive.target, paths.live, { signal, skip: skipTarget });
  if (listed.isErr()) return err(listed.error);
  const scanned = await scanSource({
    ...context,
    skip: (file) => settle.onSource(file),
    ...(saved && { see: (file: FileEntry) => saved.frozen(file, records.get(file.path)) }),
  });
  if (scanned.isErr()) return err(scanned.error);
  const source = asOfSameInstance(context, known.value, scanned.value);
  const missing = missingFolders(context, loaded, source);
  if (missing !== null) return err(missing);
  const target = settle.openTarget(listed.value);
  const input = { source, records: settle.openRecords(), target, rules: rules.value, policy };
  const { sourcePath } = source;
  const planned = saved === null ? planSteps(input) : saved.narrow(planSteps(input));
  const plan = await makePlan(context, planned, {
    policy,
    sourcePath,
    keptAs: keptAs(rules.value),
    idle: settle.idle,
    ...(saved && { judge: (step: Step) => saved.judge(step) }),
  });
  if (saved !== null && saved.others > 0) context.tally.note(othersText(saved.others));
  return plan.map((made) => ({ ...known.value, plan: made, saved, sourcePath, keptAs: keptAs(rules.value) }));
}

/** What another one does not have was not deleted there: it may never have been. */
function asOfSameInstance(
  { instance, tally }: PlanContext,
  { runs }: Known,
  scanned: ScannedSource,
): ScannedSource {
  if (instance === undefined || runs.last === null || runs.last.instance === instance) return scanned;
  tally.detail(
    `the run before met ${runs.last.instance ?? 'another source'}, not ${instance}: nothing counts as deleted`,
  );
  return { ...scanned, complete: false };
}

function othersText(others: number): string {
  const files = others === 1 ? '1 file that is' : `${others.toString()} files that are`;
  return `${files} not in the plan may be new or changed: left for a backup without it`;
}

/** A folder that was never kept is a mistake in the configuration; one that was kept before may be unmounted. */
function missingFolders(
  context: PlanContext,
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

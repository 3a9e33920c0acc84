import {
  bindingOf,
  compareBasis,
  keepError,
  matchBinding,
  printable,
  type Answer,
  type KeepError,
  type LedgerHead,
  type PlanBasis,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { checkOrigin } from '../discover/check-origin.js';
import { cutRunList, expectedHeads } from '../ledger/expected-heads.js';
import { loadLedger, type LoadedLedger } from '../ledger/load-ledger.js';
import { loadRunLog, type RunLog } from '../ledger/run-log.js';
import type { PlanContext } from './plan-repo.js';

/** What the archive says of a repo before anything is listed. */
export interface Known {
  readonly loaded: LoadedLedger;
  readonly runs: RunLog;
  /** The ledger is bound to something else, and may be bound anew. */
  readonly rebound: boolean;
  readonly basis: PlanBasis;
  /** How far this machine remembers to have written the ledger. */
  readonly remembered: LedgerHead | null;
}

/** Loads the ledger and the end of the run list, and makes sure that this run may go on with them. */
export async function loadKnown(context: PlanContext): Answer<Known> {
  const { archive, paths, place, tally, signal } = context;
  const { target, memory, sha256 } = archive;
  const runs = await loadRunLog(target, paths, sha256);
  if (runs.isErr()) return err(runs.error);
  if (runs.value.damage !== null) tally.alarm(`runs.log is damaged at its end: ${runs.value.damage}`);
  const remembered = await memory.head(archive.id ?? '', place);
  const ledger = {
    target,
    paths,
    place,
    archive: archive.id ?? '',
    sha256,
    expected: expectedHeads(runs.value.last?.ledger ?? null, remembered),
    ...(signal && { signal }),
  };
  const loaded = await loadLedger(ledger);
  if (loaded.isErr()) return err(loaded.error);
  const basis = basisOf(context, loaded.value);
  const outdated = context.saved === undefined ? null : compareBasis(context.saved.basis, basis);
  if (outdated !== null) return err(outdatedPlan(outdated));
  if (loaded.value.state.binding === null && context.rebind !== true) {
    const ours = await checkOrigin(archive, place, context.origin);
    if (ours.isErr()) return err(ours.error);
  }
  const rebound = bind(context, loaded.value);
  if (rebound.isErr()) return err(rebound.error);
  for (const alarm of loaded.value.alarms) tally.alarm(alarm);
  const { last, damage } = runs.value;
  // Where the ledger was rolled back with it, that is said already.
  const whole = damage === null && loaded.value.alarms.length === 0;
  const cut = whole ? cutRunList(last?.ledger ?? null, remembered) : null;
  if (cut !== null) tally.alarm(cut);
  return ok({ loaded: loaded.value, runs: runs.value, rebound: rebound.value, basis, remembered });
}

/** What a plan of this run is made from. */
function basisOf(context: PlanContext, { tail, newest, head }: LoadedLedger): PlanBasis {
  const { archive, place, filter, checksum = false, rebind = false, saved } = context;
  const { include = [], exclude = [] } = filter.rules;
  return {
    source: place.source,
    repo: place.repo,
    // An archive that was to be made, and was made for this very run, is the one that was planned for.
    archive: saved?.basis.archive === null && archive.isNew ? null : archive.id,
    binding: wantedBinding(context),
    policy: {
      checksum: saved?.basis.policy.checksum ?? checksum,
      rebind,
      rules: archive.sha256.of(JSON.stringify({ include, exclude })),
    },
    ledger: {
      segment: tail?.segment ?? newest,
      size: tail?.size ?? 0,
      head: tail?.head ?? head,
    },
  };
}

function outdatedPlan(change: string): KeepError {
  const text = `the saved plan is outdated: ${printable(change)}`;
  const hint = 'nothing of it was done; make a new plan with `sessionkeep plan`';
  return keepError('outdated', 'check plan', text, { hint });
}

/** What the ledger shall be bound to. */
export function wantedBinding({ repo, origin }: PlanContext): ReturnType<typeof bindingOf> {
  return bindingOf(repo, origin);
}

/** Whether the ledger must be bound anew: an error unless that was asked for, or cannot mix anything. */
function bind(context: PlanContext, { state }: LoadedLedger): Result<boolean, KeepError> {
  if (state.binding === null) return ok(false);
  const match = matchBinding(state.binding, wantedBinding(context));
  if (match.match === 'same') return ok(false);
  if (match.match === 'extended' || context.rebind === true) return ok(true);
  const { source, repo } = context.place;
  const text = `source "${source}", repo "${repo}" in ${context.archive.target.name} belongs to something else: ${printable(match.difference)}`;
  const hint = 'give this source another name (--source NAME), or pass --rebind if it really is the same one';
  return err(keepError('foreign', 'backup', text, { hint }));
}

import {
  isPath,
  POSIX_NAMES,
  sortByPath,
  type Answer,
  type Counts,
  type KeepFilter,
  type PlanBasis,
  type PlannedStep,
  type Repo,
  type Step,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths, type RepoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import type { Listener } from '../events.js';
import type { BackupReport } from '../report.js';
import { stepOf, type MadePlan } from './make-plan.js';
import { prepare } from './prepare.js';
import { Tally } from './tally.js';

/** What a plan of one repo, and a backup by it, is made from. */
export interface PlanOptions {
  readonly source: Transport;
  readonly archive: Archive;
  readonly place: Place;
  readonly repo: Repo;
  readonly filter: KeepFilter;
  /** What the source is: a machine and a root, a namespace and a workload. A ledger of another origin is refused. */
  readonly origin: string;
  /**
   * What stands there now of a source that another may take the place of: a pod, by its name and uid. Nothing counts as deleted
   * unless the run before met the same one.
   */
  readonly instance?: string;
  /** Ask about every file, whatever its time says. */
  readonly checksum?: boolean;
  /** Bind the ledger to this origin and mapping if it belongs to another. */
  readonly rebind?: boolean;
  /** Hold to this plan: nothing is done but what it says. Its `checksum` is taken, and its `rebind` must be given too. */
  readonly saved?: SavedPlan;
  readonly signal?: AbortSignal;
  readonly onEvent?: Listener;
}

/** The part of a saved plan that is about one repo. Nothing in it is trusted. */
export interface SavedPlan {
  readonly basis: PlanBasis;
  /** By path. */
  readonly steps: ReadonlyMap<string, PlannedStep>;
}

/** The options, and what is derived from them once. */
export interface PlanContext extends PlanOptions {
  readonly paths: RepoPaths;
  readonly tally: Tally;
  readonly began: Date;
}

/** What a backup of a repo would do. */
export interface RepoPlan {
  /** What it was made from: where any of that is otherwise later, the plan is outdated. */
  readonly basis: PlanBasis;
  /** Files of which there is nothing to do, and that have no step. */
  readonly idle: Counts;
  /** Bytes that would leave the source. */
  readonly bytes: number;
  /** In path order; each is made when it is asked for, as often as it is. */
  readonly steps: Iterable<Step>;
}

export interface PlanReport extends BackupReport {
  /** Null where none could be made: see `failure`. */
  readonly plan: RepoPlan | null;
}

/**
 * Says what a backup of one repo would do, and writes nothing anywhere. `onEvent` is told of every step as of a file that was
 * dealt with. Never rejects: what went wrong is in the report.
 *
 * @example
 * const { plan } = await planRepo({ source, archive, place, repo, filter: keepFilter(), origin });
 * for (const { path, outcome, reason, bytes } of plan?.steps ?? []) console.log(outcome, bytes, path, reason);
 */
export async function planRepo(options: PlanOptions): Promise<PlanReport> {
  const context = planContext(options);
  const { tally } = context;
  const planned = await plan(context);
  if (planned.isErr()) tally.fail(planned.error);
  return { ...tally.report(), plan: planned.unwrapOr(null) };
}

/** The options, with what is derived from them. */
export function planContext<T extends PlanOptions>(options: T): T & PlanContext {
  const tally = new Tally(options.place, options.onEvent ?? (() => undefined));
  return { ...options, paths: repoPaths(options.place), tally, began: new Date() };
}

async function plan(context: PlanContext): Answer<RepoPlan> {
  const { archive, paths, tally } = context;
  const prepared = await prepare(context, async () => {
    const rules = await archive.target.probe(paths.live, 'look');
    return ok(rules.unwrapOr(POSIX_NAMES));
  });
  if (prepared.isErr()) return err(prepared.error);
  const { plan: made, basis } = prepared.value;
  tally.planned(made.steps.length, made.bytes, made.idle);
  for (const step of made.steps) tally.step(stepOf(step), ok(undefined));
  tally.moved(made.bytes);
  return ok({ basis, idle: made.idle, bytes: made.bytes, steps: inPathOrder(made) });
}

/** Steps by path. Of names that cannot be told apart, and so are refused, only one is left; of one too long for a path none. */
function inPathOrder({ steps }: MadePlan): Iterable<Step> {
  const sorted = sortByPath([...steps]);
  return {
    *[Symbol.iterator]() {
      let last: string | null = null;
      for (const held of sorted) {
        if (held.path === last || !isPath(held.path)) continue;
        last = held.path;
        yield stepOf(held);
      }
    },
  };
}

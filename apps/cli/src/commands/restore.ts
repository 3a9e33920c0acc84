import {
  keepError,
  parseMoment,
  segmentProblem,
  type Answer,
  type KeepError,
  type RelativePath,
} from '@sessionkeep/core';
import { listRepos, restoreFiles, type Archive, type Place, type TransferEvent } from '@sessionkeep/transfer';
import { openLocalTransport } from '@sessionkeep/transport-local';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { readLimits } from '../args/limits.js';
import { openConfig } from '../config/open-config.js';
import { resolvePath } from '../config/resolve-path.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import type { Output } from '../output/output.js';
import { plannedList } from '../output/planned-list.js';
import type { ExitCode } from '../run/exit-code.js';
import { leaveOutExtras } from '../select/leave-out-extras.js';
import { selectPlaces } from '../select/select-places.js';
import { selectOneTarget } from '../select/select-targets.js';
import { openTarget, startEngine, type Engine } from '../work/engine.js';
import { noArchive } from '../work/find-verify-jobs.js';
import { refuse } from '../work/finish.js';
import { finishRestore } from './finish-restore.js';

type FileEvent = Extract<TransferEvent, { type: 'file' }>;

/** `sessionkeep restore`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const config = await openConfig(args, context);
  if (config.isErr()) return refuse(args, output, config.error);
  const target = selectOneTarget(args, config.value, context);
  if (target.isErr()) return refuse(args, output, [target.error]);
  const wish = readWish(args, context);
  if (wish.isErr()) return refuse(args, output, [wish.error]);
  const limits = readLimits(args);
  if (limits.isErr()) return refuse(args, output, [limits.error]);
  const detail = output.detail.bind(output);
  const engine = await startEngine(context, { limits: limits.value, detail });
  const archive = await openTarget(engine, target.value, { create: false });
  if (archive.isErr()) return refuse(args, output, [archive.error]);
  const places = (await placesIn(archive.value)).andThen((all) => selectPlaces(all, args, config.value));
  if (places.isErr()) return refuse(args, output, [places.error]);
  const named = (args.values.get('repo') ?? 'all') !== 'all';
  const chosen = named ? { places: places.value, note: null } : leaveOutExtras(places.value);
  if (chosen.note !== null) output.note(chosen.note);
  return restore(archive.value, chosen.places, wish.value, engine, args, output, context);
}

/** What the command line wishes, read and checked. */
interface Wish {
  readonly into: string;
  readonly at: string | null;
  readonly as: RelativePath | null;
}

function readWish({ values }: Args, { cwd, home, now }: Context): Result<Wish, KeepError> {
  const into = resolvePath(values.get('into') ?? '', cwd, home);
  const as = values.get('as');
  const problem = as === undefined ? null : segmentProblem(as);
  if (problem !== null) {
    return err(
      keepError('usage', 'restore', `--as must be the name of one folder: it has ${problem}`, {
        hint: 'leave the path out',
      }),
    );
  }
  const time = values.get('at');
  const moment =
    time === undefined
      ? ok(null)
      : parseMoment(time, now()).mapErr((error) => ({ ...error, message: `--at: ${error.message}` }));
  return moment.map((at) => ({ into, at, as: (as ?? null) as RelativePath | null }));
}

async function placesIn(archive: Archive): Answer<Place[]> {
  return archive.id === null ? err(noArchive(archive)) : listRepos(archive);
}

async function restore(
  archive: Archive,
  places: readonly Place[],
  wish: Wish,
  engine: Engine,
  args: Args,
  output: Output,
  context: Context,
): Promise<ExitCode> {
  const began = context.now();
  const into = await openLocalTransport({ root: wish.into });
  if (into.isErr()) return refuse(args, output, [into.error]);
  const dryRun = args.flags.has('dry-run');
  const session = args.values.get('session');
  const told: FileEvent[] = [];
  const tell = output.listener(null);
  const report = await restoreFiles({
    archive,
    places,
    into: into.value,
    run: engine.holder.run,
    signal: engine.signal,
    ...(engine.lanes !== null && { lanes: engine.lanes }),
    ...(session !== undefined && { session }),
    ...(wish.at !== null && { at: wish.at }),
    ...(wish.as !== null && { as: wish.as }),
    present: args.flags.has('present'),
    keepMtime: args.flags.has('keep-mtime'),
    overwrite: args.flags.has('overwrite'),
    dryRun,
    onEvent: (event) => {
      if (event.type === 'file') told.push(event);
      tell(event);
    },
  });
  await into.value.close();
  await archive.target.close();
  if (dryRun && report.failure === null) output.list(() => plannedList(`into ${wish.into}`, told));
  return finishRestore(report, told, wish, args, output, context, began);
}

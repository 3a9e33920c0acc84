import {
  isPodUrl,
  isSmbUrl,
  keepError,
  segmentProblem,
  type Answer,
  type KeepError,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import {
  type Engine,
  givenPod,
  liesIn,
  type LocalFolder,
  locationText,
  openLocation,
  type PodFolder,
} from '@sessionkeep/runner';
import { type ExitCode, resolvePath } from '@sessionkeep/runner/program';
import { restoreFiles, type FileDone } from '@sessionkeep/transfer';
import { err, ok, Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { readMoment } from '../args/read-moment.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import type { Output } from '../output/output.js';
import { dryRunList } from '../report/dry-run-list.js';
import { finishRestore } from '../report/finish-restore.js';
import { RestoredSessions } from '../report/resume-lines.js';
import { leaveOutExtras } from '../select/leave-out-extras.js';
import { refuse } from '../work/finish.js';
import { withPlaces, type OpenPlaces } from '../work/with-places.js';

/** `sessionkeep restore`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const wish = readWish(args, context);
  if (wish.isErr()) return refuse(args, output, [wish.error]);
  return withPlaces(args, context, output, (open) => restore(open, wish.value, args, output, context));
}

/** What the command line wishes, read and checked. */
interface Wish {
  readonly into: LocalFolder | PodFolder;
  readonly at: string | null;
  readonly as: RelativePath | null;
}

function readWish(args: Args, { cwd, home, now }: Context): Result<Wish, KeepError> {
  const { values } = args;
  const given = values.get('into') ?? '';
  if (isSmbUrl(given)) {
    const hint = 'restore into one, and copy it from there; or mount the share';
    return err(
      keepError('usage', 'restore', '--into is a folder of this machine or of a pod, not a share', { hint }),
    );
  }
  const into: Result<Wish['into'], KeepError> = isPodUrl(given)
    ? givenPod(given, '--into')
    : ok({ type: 'local', path: resolvePath(given, cwd, home) });
  const as = values.get('as');
  const problem = as === undefined ? null : segmentProblem(as);
  if (problem !== null) {
    return err(
      keepError('usage', 'restore', `--as must be the name of one folder: it has ${problem}`, {
        hint: 'leave the path out',
      }),
    );
  }
  return Result.combine([into, readMoment(args, now())]).map(([folder, at]) => ({
    into: folder,
    at,
    as: (as ?? null) as RelativePath | null,
  }));
}

async function restore(
  { archive, places: all, engine, target }: OpenPlaces,
  wish: Wish,
  args: Args,
  output: Output,
  context: Context,
): Promise<ExitCode> {
  const began = context.now();
  const named = (args.values.get('repo') ?? 'all') !== 'all';
  const { places, notes } = named ? { places: all, notes: [] } : leaveOutExtras(all);
  for (const note of notes) output.note(note);
  const where = locationText(wish.into);
  if (liesIn(wish.into, target.location)) {
    const text = `${where} lies inside the archive ${locationText(target.location)}`;
    const hint = 'choose a folder outside of it with --into';
    return refuse(args, output, [keepError('usage', 'restore', text, { hint })]);
  }
  const into = await openInto(wish.into, engine, output);
  if (into.isErr()) return refuse(args, output, [into.error]);
  const dryRun = args.flags.has('dry-run');
  const session = args.values.get('session');
  const planned: FileDone[] = [];
  const sessions = new RestoredSessions();
  const tell = output.listener(target.name);
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
      if (event.type === 'file') sessions.add(event);
      if (dryRun && event.type === 'file') planned.push(event);
      tell(event);
    },
  });
  await into.value.close();
  if (dryRun && report.failure === null) output.list(() => dryRunList(`into ${where}`, planned));
  return finishRestore(report, sessions, { into: where, at: wish.at }, args, output, context, began);
}

/** Of several pods the one that is ready for longest; which that is, is told. */
async function openInto(into: Wish['into'], engine: Engine, output: Output): Answer<Transport> {
  if (into.type === 'local') return openLocation(into, engine);
  const found = await engine.pods.find(into);
  if (found.isErr()) return err(found.error);
  const [first] = found.value.pods;
  if (first !== undefined) output.note(`into pod ${first.pod}, container ${first.container}`);
  return engine.pods.open({ ...into, found: first ?? null });
}

import { type Answer, type KeepError } from '@sessionkeep/core';
import { listRepos, type Archive, type Place } from '@sessionkeep/transfer';
import { err } from 'neverthrow';
import type { Args } from '../args/args.js';
import { openConfig } from '../config/open-config.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import { exitCode, type Ending, type ExitCode } from '../run/exit-code.js';
import { selectPlaces } from '../select/select-places.js';
import { selectOneTarget } from '../select/select-targets.js';
import { openTarget, startEngine, type Engine } from './engine.js';
import { noArchive } from './find-verify-jobs.js';
import { failedEnding, refuse } from './finish.js';

/** What was done to a repo: sentences for people. */
export type PlaceWork = (archive: Archive, place: Place, engine: Engine) => Answer<readonly string[]>;

/** Does something to each chosen repo of one archive: `repair` and `unlock`. */
export async function onPlaces(args: Args, context: Context, work: PlaceWork): Promise<ExitCode> {
  const output = openOutput(args, context);
  const config = await openConfig(args, context);
  if (config.isErr()) return refuse(args, output, config.error);
  const target = selectOneTarget(args, config.value, context);
  if (target.isErr()) return refuse(args, output, [target.error]);
  const engine = await startEngine(context);
  const archive = await openTarget(engine, target.value, { create: false });
  if (archive.isErr()) return refuse(args, output, [archive.error]);
  const listed = archive.value.id === null ? err(noArchive(archive.value)) : await listRepos(archive.value);
  const places = listed.andThen((all) => selectPlaces(all, args, config.value));
  if (places.isErr()) return refuse(args, output, [places.error]);
  const endings: Ending[] = [];
  const errors: KeepError[] = [];
  const repos: unknown[] = [];
  for (const place of places.value) {
    const done = await work(archive.value, place, engine);
    if (done.isErr()) {
      errors.push(done.error);
      endings.push(failedEnding(done.error));
      continue;
    }
    endings.push({ failure: null, interrupted: false, damage: false, partial: false });
    repos.push({ ...place, done: done.value });
    for (const sentence of done.value) output.note(`${place.source}/${place.repo}: ${sentence}`);
  }
  await archive.value.target.close();
  const code = exitCode(endings);
  output.finish({ command: args.command, exitCode: code, alarms: [], errors, repos }, []);
  return code;
}

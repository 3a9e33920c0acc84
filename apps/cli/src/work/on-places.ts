import { type Answer, type KeepError } from '@sessionkeep/core';
import type { Engine } from '@sessionkeep/runner';
import { type Ending, exitCode, type ExitCode, failedEnding } from '@sessionkeep/runner/program';
import type { Archive, Place } from '@sessionkeep/transfer';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import { withPlaces } from './with-places.js';

/** What was done to a repo: sentences for people. */
export type PlaceWork = (archive: Archive, place: Place, engine: Engine) => Answer<readonly string[]>;

/** Does something to each chosen repo of one archive: `repair` and `unlock`. */
export async function onPlaces(args: Args, context: Context, work: PlaceWork): Promise<ExitCode> {
  const output = openOutput(args, context);
  return withPlaces(args, context, output, async ({ archive, places, engine }) => {
    const endings: Ending[] = [];
    const errors: KeepError[] = [];
    const repos: unknown[] = [];
    for (const place of places) {
      const done = await work(archive, place, engine);
      if (done.isErr()) {
        errors.push(done.error);
        endings.push(failedEnding(done.error));
        continue;
      }
      endings.push({ failure: null, interrupted: false, damage: false, partial: false });
      repos.push({ ...place, done: done.value });
      for (const sentence of done.value) output.note(`${place.source}/${place.repo}: ${sentence}`);
    }
    const code = exitCode(endings);
    output.finish({ command: args.command, exitCode: code, alarms: [], errors, repos }, []);
    return code;
  });
}

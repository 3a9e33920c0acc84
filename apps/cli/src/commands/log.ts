import type { ExitCode } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import { selectFiles } from '../select/select-files.js';
import { refuse } from '../work/finish.js';
import { withPlaces } from '../work/with-places.js';
import { logFiles } from './log-files.js';
import { logRuns } from './log-runs.js';

/** `sessionkeep log`: of a file its history, of repos their runs. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  return withPlaces(args, context, output, async ({ archive, places, target }) => {
    const wanted = selectFiles(args.operands[0], places, target, context);
    if (wanted.isErr()) return refuse(args, output, [wanted.error]);
    const look = { args, context, output, archive };
    const { files, places: chosen } = wanted.value;
    return files === null ? logRuns(look, chosen) : logFiles(look, chosen, files);
  });
}

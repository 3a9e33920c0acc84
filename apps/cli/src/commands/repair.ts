import type { ExitCode } from '@sessionkeep/runner/program';
import { repairRepo } from '@sessionkeep/transfer';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { onPlaces } from '../work/on-places.js';

/** `sessionkeep repair`. */
export function run(args: Args, context: Context): Promise<ExitCode> {
  return onPlaces(args, context, async (archive, place, { holder, version }) => {
    const done = await repairRepo({ archive, place, holder, version });
    return done.map((said) => (said.length > 0 ? said : ['nothing was wrong']));
  });
}

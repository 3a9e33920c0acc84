import { isSmbUrl, type KeepError } from '@sessionkeep/core';
import type { ExitCode } from '@sessionkeep/runner/program';
import { breakLock } from '@sessionkeep/transfer';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { onPlaces } from '../work/on-places.js';

/** `sessionkeep unlock`. */
export function run(args: Args, context: Context): Promise<ExitCode> {
  return onPlaces(args, context, async (archive, place) => {
    const holder = await breakLock(archive, place, { force: args.flags.has('force') });
    return holder.mapErr(orForce).map((ended) => {
      if (ended === null) return ['it was not locked'];
      const { run: id, user, host, pid, since } = ended;
      return [
        `ended the lock of run ${id} (${user} on ${host}, process ${pid.toString()}, since ${since}); it writes nothing more`,
      ];
    });
  });
}

function orForce(error: KeepError): KeepError {
  const { kind, hint = '', transport = '' } = error;
  // The server of a share ends its locks, and nothing of ours.
  return kind === 'locked' && !isSmbUrl(transport)
    ? { ...error, hint: `${hint}; --force ends its lock all the same` }
    : error;
}

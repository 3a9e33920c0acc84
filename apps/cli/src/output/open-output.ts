import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import type { Output } from './output.js';
import { JsonOutput } from './json-output.js';
import { PeopleOutput } from './people-output.js';

/** The output that the command line asks for. */
export function openOutput({ flags }: Args, { stdout, stderr, now }: Context): Output {
  if (flags.has('json')) return new JsonOutput(stdout, stderr, now);
  const volume = flags.has('quiet') ? 'quiet' : flags.has('verbose') ? 'verbose' : 'normal';
  return new PeopleOutput(stderr, now, { dryRun: flags.has('dry-run'), volume });
}

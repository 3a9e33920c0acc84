import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import type { Output } from './output.js';
import { JsonOutput } from './json-output.js';
import { PeopleOutput } from './people-output.js';

/** The output that the command line asks for. */
export function openOutput(args: Args, { stdout, stderr, now }: Context): Output {
  return args.flags.has('json')
    ? new JsonOutput(stdout, stderr, now)
    : new PeopleOutput(stderr, now, args.flags.has('dry-run'));
}

import {
  type Engine,
  noArchive,
  openConfig,
  openTarget,
  readLimits,
  type SelectedTarget,
  selectOneTarget,
  selectPlaces,
} from '@sessionkeep/runner';
import type { ExitCode } from '@sessionkeep/runner/program';
import { openEngine } from './open-engine.js';
import { listRepos, type Archive, type Place } from '@sessionkeep/transfer';
import { err } from 'neverthrow';
import type { Args } from '../args/args.js';
import { choiceOf, limitsOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import type { Output } from '../output/output.js';
import { refuse } from './finish.js';

/** One archive, open for reading, and its repos that the command line means. */
export interface OpenPlaces {
  readonly target: SelectedTarget;
  readonly archive: Archive;
  readonly places: readonly Place[];
  readonly engine: Engine;
}

/**
 * Begins a command on what one archive has, or ends it where the command line, the configuration or the target is wrong. Nothing
 * is written. The archive's transport is closed when the command has ended.
 */
export async function withPlaces(
  args: Args,
  context: Context,
  output: Output,
  command: (open: OpenPlaces) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = await openConfig(choiceOf(args), context);
  if (config.isErr()) return refuse(args, output, config.error);
  const target = selectOneTarget(choiceOf(args), config.value, context);
  if (target.isErr()) return refuse(args, output, [target.error]);
  const limits = readLimits(limitsOf(args));
  if (limits.isErr()) return refuse(args, output, [limits.error]);
  const engine = await openEngine(context, output, { limits: limits.value });
  const opened = await openTarget(engine, target.value, { create: false });
  if (opened.isErr()) return refuse(args, output, [opened.error]);
  const archive = opened.value;
  const listed = archive.id === null ? err(noArchive(archive)) : await listRepos(archive);
  const places = listed.andThen((all) => selectPlaces(all, choiceOf(args), config.value));
  const code = places.isErr()
    ? refuse(args, output, [places.error])
    : await command({ target: target.value, archive, places: places.value, engine });
  await engine.pods.close();
  await archive.target.close();
  return code;
}

import { listRepos, type Archive, type Place } from '@sessionkeep/transfer';
import { err } from 'neverthrow';
import type { Args } from '../args/args.js';
import { readLimits } from '../args/limits.js';
import { openConfig } from '../config/open-config.js';
import type { Context } from '../context.js';
import type { Output } from '../output/output.js';
import type { ExitCode } from '../run/exit-code.js';
import { selectPlaces } from '../select/select-places.js';
import { selectOneTarget, type SelectedTarget } from '../select/select-targets.js';
import { openTarget, startEngine, type Engine } from './engine.js';
import { refuse } from './finish.js';
import { noArchive } from './no-archive.js';

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
  const config = await openConfig(args, context);
  if (config.isErr()) return refuse(args, output, config.error);
  const target = selectOneTarget(args, config.value, context);
  if (target.isErr()) return refuse(args, output, [target.error]);
  const limits = readLimits(args);
  if (limits.isErr()) return refuse(args, output, [limits.error]);
  const engine = await startEngine(context, { limits: limits.value, output });
  const opened = await openTarget(engine, target.value, { create: false });
  if (opened.isErr()) return refuse(args, output, [opened.error]);
  const archive = opened.value;
  const listed = archive.id === null ? err(noArchive(archive)) : await listRepos(archive);
  const places = listed.andThen((all) => selectPlaces(all, args, config.value));
  const code = places.isErr()
    ? refuse(args, output, [places.error])
    : await command({ target: target.value, archive, places: places.value, engine });
  await engine.pods.close();
  await archive.target.close();
  return code;
}

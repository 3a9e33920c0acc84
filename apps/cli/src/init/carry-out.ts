import { keepError, type Answer } from '@sessionkeep/core';
import { type Engine, openTarget } from '@sessionkeep/runner';
import { parseConfigText } from '@sessionkeep/runner/config';
import { err, ok } from 'neverthrow';
import type { Context } from '../context.js';
import { configText } from './config-text.js';
import { makeFolders } from './make-folders.js';
import { schemaAddress } from './schema-address.js';
import type { Setup } from './setup.js';
import { writeConfig } from './write-config.js';

export interface CarryOutOptions {
  readonly overwrite: boolean;
  readonly rebind: boolean;
}

/** What was made. */
export interface CarriedOut {
  readonly archiveId: string;
  /** Folders that were not there before. */
  readonly folders: readonly string[];
}

/** Makes the archive, or adopts the one that is there, then its folders, then the configuration: that it names what there is. */
export async function carryOut(
  setup: Setup,
  engine: Engine,
  { overwrite, rebind }: CarryOutOptions,
  { home, version }: Context,
): Answer<CarriedOut> {
  const { name: target, location } = setup.target;
  const archive = await openTarget(engine, { name: target, location, id: null }, { create: true, rebind });
  if (archive.isErr()) return err(archive.error);
  const archiveId = archive.value.id ?? '';
  const places = setup.sources.flatMap(({ name, today }) => today.map((repo) => ({ source: name, repo })));
  const folders = await makeFolders(archive.value.target, places);
  await archive.value.target.close();
  if (folders.isErr()) return err(folders.error);
  const text = configText(setup, { home, schema: schemaAddress(version), archiveId });
  const wrong = parseConfigText(text, { path: setup.config, shown: setup.config, isOwn: true });
  if (wrong.isErr()) {
    const [first] = wrong.error;
    return err(
      keepError(
        'invalid',
        'write config',
        `what would be written is no configuration: ${first?.message ?? ''}`,
      ),
    );
  }
  const written = writeConfig(setup.config, text, { overwrite, run: engine.holder.run });
  return written.isErr() ? err(written.error) : ok({ archiveId, folders: folders.value });
}

import type { Answer, Extra, Transport } from '@sessionkeep/core';
import { openExtra } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import { besideLocation } from '../location/location.js';
import { instanceOf, originOf } from '../location/origin-of.js';
import { openLocation, type OpenLocationOptions } from '../location/open-location.js';
import type { SelectedSource } from '../select/selected-source.js';

/** A source that is open. Whoever opened it closes it. */
export interface OpenSource {
  readonly selected: SelectedSource;
  readonly transport: Transport;
  /** Each as a source of its own. */
  readonly extras: readonly OpenExtra[];
  readonly origin: string;
  /** What stands there now of a source that another may take the place of; null where none can. */
  readonly instance: string | null;
}

/** What lies beside a source's folder, as a source of its own. */
export interface OpenExtra {
  readonly extra: Extra;
  readonly transport: Transport;
}

/** Opens a source and what is kept of what lies beside it. */
export async function openSource(selected: SelectedSource, options: OpenLocationOptions): Answer<OpenSource> {
  const { location } = selected;
  const origin = selected.origin === null ? originOf(location) : ok(selected.origin);
  if (origin.isErr()) return err(origin.error);
  const transport = await openLocation(location, options);
  if (transport.isErr()) return err(transport.error);
  const extras: OpenExtra[] = [];
  const instance = instanceOf(location);
  const source = { selected, transport: transport.value, extras, origin: origin.value, instance };
  for (const extra of selected.extras) {
    const opened = await openExtra(extra, (folder) =>
      openLocation(besideLocation(location, folder), options),
    );
    if (opened.isErr()) {
      await closeSource(source);
      return err(opened.error);
    }
    extras.push({ extra, transport: opened.value });
  }
  return ok(source);
}

/** Closes a source and what lies beside it. */
export async function closeSource({ transport, extras }: OpenSource): Promise<void> {
  for (const extra of extras) await extra.transport.close();
  await transport.close();
}

import type { Answer, Extra, Transport } from '@sessionkeep/core';
import { openExtra } from '@sessionkeep/transfer';
import { localOrigin, openLocalTransport } from '@sessionkeep/transport-local';
import { err, ok } from 'neverthrow';
import { besideSource, type SelectedSource } from '../select/selected-source.js';

/** A source that is open. Whoever opened it closes it. */
export interface OpenSource {
  readonly selected: SelectedSource;
  readonly transport: Transport;
  /** Each as a source of its own. */
  readonly extras: readonly OpenExtra[];
  readonly origin: string;
}

interface OpenExtra {
  readonly extra: Extra;
  readonly transport: Transport;
}

export async function openSource(selected: SelectedSource): Answer<OpenSource> {
  const origin = selected.origin === null ? localOrigin(selected.path) : ok(selected.origin);
  if (origin.isErr()) return err(origin.error);
  const transport = await openLocalTransport({ root: selected.path });
  if (transport.isErr()) return err(transport.error);
  const extras: OpenExtra[] = [];
  const source = { selected, transport: transport.value, extras, origin: origin.value };
  for (const extra of selected.extras) {
    const opened = await openExtra(extra, (folder) =>
      openLocalTransport({ root: besideSource(selected, folder) }),
    );
    if (opened.isErr()) {
      await closeSource(source);
      return err(opened.error);
    }
    extras.push({ extra, transport: opened.value });
  }
  return ok(source);
}

export async function closeSource({ transport, extras }: OpenSource): Promise<void> {
  for (const extra of extras) await extra.transport.close();
  await transport.close();
}

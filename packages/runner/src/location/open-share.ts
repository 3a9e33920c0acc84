import type { Answer, Transport } from '@sessionkeep/core';
import { withRetry } from '@sessionkeep/transfer';
import { nodeSha256 } from '@sessionkeep/transport-local';
import { openSmbTransport } from '@sessionkeep/transport-smb';
import { err } from 'neverthrow';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedFolder } from './location.js';
import type { OpenLocationOptions } from './open-location.js';
import { shareOptions } from './share-options.js';

/** A server that starts anew is back within this: 0.25, 0.5, 1, 2, 4 and 8 s are waited. */
const ATTEMPTS = 7;
const FIRST_WAIT_MS = 250;

/** Signs in to a share, and opens its folder: patient with a connection that is lost later. */
export async function openShare(
  share: SharedFolder,
  { passwords, signal }: OpenLocationOptions,
): Answer<Transport> {
  const password = await passwords.of(share);
  if (password.isErr()) return err(password.error);
  const opened = await openSmbTransport(shareOptions(share, password.value, signal));
  return opened.map((transport) =>
    withRetry(transport, {
      attempts: ATTEMPTS,
      wait: (attempt) => waitFor(FIRST_WAIT_MS * 2 ** (attempt - 1), signal),
      sha256: nodeSha256,
      signal,
    }),
  );
}

/** Ends early when the run is interrupted. */
async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

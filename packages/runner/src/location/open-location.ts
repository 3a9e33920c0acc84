import type { Answer, Transport } from '@sessionkeep/core';
import { openLocalTransport } from '@sessionkeep/transport-local';
import type { Passwords } from '../password/passwords.js';
import type { Pods } from '../pods/pods.js';
import type { Location } from './location.js';

/** What opening a place takes. */
export interface OpenLocationOptions {
  readonly passwords: Passwords;
  readonly pods: Pods;
  readonly signal: AbortSignal;
}

/** Opens a folder, of this machine, a share or a pod. Whoever opened it closes it. */
export async function openLocation(location: Location, options: OpenLocationOptions): Answer<Transport> {
  if (location.type === 'local') return openLocalTransport({ root: location.path });
  if (location.type === 'kubernetes') return options.pods.open(location);
  // Who keeps on disks alone need not read the SMB client.
  const { openShare } = await import('./open-share.js');
  return openShare(location, options);
}

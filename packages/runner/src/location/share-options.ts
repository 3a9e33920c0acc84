import { isGuest } from '@sessionkeep/core';
import type { SmbOptions } from '@sessionkeep/transport-smb';
import type { SharedFolder } from './location.js';

/** What the transport of a share is told. A guest is taken for one only where one is asked for. */
export function shareOptions(
  { address, signing, encryption }: SharedFolder,
  password: string | null,
  signal: AbortSignal,
): SmbOptions {
  const allowGuest = isGuest(address);
  return { ...address, signing, encryption, password: password ?? '', allowGuest, signal };
}

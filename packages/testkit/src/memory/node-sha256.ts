import { createHash, type Hash } from 'node:crypto';
import type { Hasher, Sha256 } from '@sessionkeep/core';

/** SHA-256 by Node's own crypto, for whatever asks to be handed one. */
export const nodeSha256: Sha256 = {
  start: () => hasher(createHash('sha256')),
  of: (data) => createHash('sha256').update(data).digest('hex'),
};

function hasher(hash: Hash): Hasher {
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => hash.digest('hex'),
    copy: () => hasher(hash.copy()),
  };
}

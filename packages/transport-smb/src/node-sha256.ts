import { createHash, hash, type Hash } from 'node:crypto';
import type { Hasher, Sha256 } from '@sessionkeep/core';

/** SHA-256 of `node:crypto`. */
export const nodeSha256: Sha256 = {
  start: () => new NodeHasher(createHash('sha256')),
  of: (data) => hash('sha256', data, 'hex'),
};

class NodeHasher implements Hasher {
  readonly #hash: Hash;

  constructor(running: Hash) {
    this.#hash = running;
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  hex(): string {
    return this.#hash.digest('hex');
  }

  copy(): Hasher {
    return new NodeHasher(this.#hash.copy());
  }
}

import { createHash, type Hash } from 'node:crypto';
import type { Hasher, Sha256 } from '../src/hash/sha256.js';

const hasher = (hash: Hash): Hasher => ({
  update: (bytes) => void hash.update(bytes),
  hex: () => hash.digest('hex'),
  copy: () => hasher(hash.copy()),
});

export const sha256: Sha256 = {
  start: () => hasher(createHash('sha256')),
  of: (data) => createHash('sha256').update(data).digest('hex'),
};

export const hash = (data: string | Uint8Array): string => sha256.of(data);

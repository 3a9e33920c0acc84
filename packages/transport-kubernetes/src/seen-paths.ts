import { hash, randomBytes } from 'node:crypto';

const FIRST_SIZE = 1024;

/**
 * Which paths were seen, in 16 bytes or so for each however long they are: by a hash of 64 bits, with a key of its own each time, so
 * that nobody can make up two paths that look alike. Of a million paths one is taken for another once in forty million times.
 */
export class SeenPaths {
  readonly #key = randomBytes(16).toString('hex');
  #table = new Uint32Array(2 * FIRST_SIZE);
  #count = 0;

  /** True the first time. */
  add(path: string): boolean {
    if (2 * this.#count >= this.#table.length / 2) this.#grow();
    const [high, low] = this.#hashOf(path);
    const slot = slotOf(this.#table, high, low);
    if (this.#table[slot] !== 0) return false;
    this.#table[slot] = high;
    this.#table[slot + 1] = low;
    this.#count++;
    return true;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Uint32Array(2 * before.length);
    for (let from = 0; from < before.length; from += 2) {
      const [high = 0, low = 0] = before.subarray(from, from + 2);
      if (high === 0) continue;
      const slot = slotOf(this.#table, high, low);
      this.#table[slot] = high;
      this.#table[slot + 1] = low;
    }
  }

  #hashOf(path: string): readonly [high: number, low: number] {
    const digest = hash('sha1', this.#key + path, 'buffer');
    // 0 means that a slot is free.
    return [digest.readUInt32LE(0) || 1, digest.readUInt32LE(4)];
  }
}

/** Where these words stand, or would. */
function slotOf(table: Uint32Array, high: number, low: number): number {
  const mask = table.length / 2 - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const there = table[2 * slot];
    if (there === 0 || (there === high && table[2 * slot + 1] === low)) return 2 * slot;
  }
}

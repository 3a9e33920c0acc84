import { describe, expect, it } from 'vitest';
import { Compression } from './compression.js';

const MiB = 1024 * 1024;

/**
 * Reads so many MiB over a link, in ways whose speed is given in bytes a millisecond, where they come as so long a part of what they
 * are; how many of them came compressed.
 */
function read(
  compression: Compression,
  amount: number,
  speed: { plain: number; packed: number },
  part = 0.25,
): number {
  let packed = 0;
  for (let left = amount * MiB; left > 0;) {
    const length = Math.min(left, compression.stride, 16 * MiB);
    const isPacked = compression.choose(length);
    const sent = isPacked ? part * length : length;
    compression.note(isPacked, length, sent, length / speed[isPacked ? 'packed' : 'plain']);
    packed += isPacked ? length : 0;
    left -= length;
  }
  return packed / MiB;
}

describe('compression', () => {
  it('is used on a slow link as soon as it was tried', () => {
    const compression = new Compression('auto');
    expect(read(compression, 100, { plain: 1000, packed: 4000 })).toBe(98);
  });

  it('is not tried on a fast one, and hardly where it is slower', () => {
    expect(read(new Compression('auto'), 4000, { plain: 90_000, packed: 80_000 })).toBe(0);
    expect(read(new Compression('auto'), 4000, { plain: 22_000, packed: 11_000 })).toBeLessThanOrEqual(
      4000 / 100,
    );
  });

  it('ends where it turns out slower, and begins where the link gets slow', () => {
    const compression = new Compression('auto');
    read(compression, 100, { plain: 10_000, packed: 20_000 });
    expect(read(compression, 1000, { plain: 10_000, packed: 5_000 })).toBeLessThan(120);
    expect(read(compression, 2000, { plain: 1000, packed: 3000 })).toBeGreaterThan(1000);
  });

  it('is not used for what hardly gets shorter, though it seemed faster', () => {
    const compression = new Compression('auto');
    expect(read(compression, 500, { plain: 1000, packed: 4000 }, 0.9)).toBe(2);
    // Nor any more once it does not.
    const other = new Compression('auto');
    read(other, 100, { plain: 1000, packed: 4000 });
    expect(read(other, 300, { plain: 1000, packed: 4000 }, 0.9)).toBe(16);
  });

  it('goes back to what is without it where the link becomes fast', () => {
    const compression = new Compression('auto');
    read(compression, 100, { plain: 1000, packed: 5000 });
    expect(read(compression, 4000, { plain: 90_000, packed: 50_000 })).toBeLessThan(600);
  });

  it('is as it is told, and never where there is none', () => {
    expect(read(new Compression('on'), 10, { plain: 90_000, packed: 1000 })).toBe(10);
    expect(read(new Compression('off'), 10, { plain: 100, packed: 90_000 })).toBe(0);
    const without = new Compression('on');
    without.giveUp();
    expect(read(without, 10, { plain: 1, packed: 2 })).toBe(0);
  });
});

import { expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';

it('gives what was given back to whoever needs so much, as much as is kept', () => {
  const pool = new BufferPool([
    { size: 100, kept: 1 },
    { size: 1000, kept: 1, from: 500 },
  ]);
  const [small, other, large] = [pool.take(7), pool.take(100), pool.take(999)];
  expect([small.length, other.length, large.length]).toEqual([7, 100, 999]);
  expect(small.buffer).not.toBe(other.buffer);
  for (const bytes of [small.subarray(2, 3), other, large]) pool.give(bytes);
  expect(pool.take(50).buffer).toBe(small.buffer);
  expect(pool.take(50).buffer).not.toBe(other.buffer);
  expect(pool.take(600).buffer).toBe(large.buffer);
  // Neither worth a shelf's memory, nor on any shelf.
  expect([pool.take(400).buffer.byteLength, pool.take(5000).buffer.byteLength]).toEqual([400, 5000]);
});

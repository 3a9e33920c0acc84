import { expect, test } from 'vitest';
import { runPool } from './run-pool.js';

test('two at once, results in order', async () => {
  let running = 0;
  let most = 0;
  const results = await runPool([30, 5, 20, 1], 2, async (ms) => {
    most = Math.max(most, ++running);
    await new Promise((done) => setTimeout(done, ms));
    running--;
    return ms * 2;
  });
  expect(results).toEqual([60, 10, 40, 2]);
  expect(most).toBe(2);
});

test('nothing to do', async () => {
  expect(await runPool([], 2, () => Promise.resolve(1))).toEqual([]);
});

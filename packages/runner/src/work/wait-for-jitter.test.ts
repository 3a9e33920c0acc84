import { expect, test } from 'vitest';
import { testWorld } from '../../test/helpers/world.js';
import { waitForJitter } from './wait-for-jitter.js';

/** How long it waits for, and what it says of that. */
async function waitsFor(jitter: string, random: number): Promise<{ ms: number[]; said: string[] }> {
  const ms: number[] = [];
  const said: string[] = [];
  const waited = await waitForJitter(jitter, { note: (message) => said.push(message) }, testWorld(), {
    random: () => random,
    wait: async (time) => void ms.push(time),
  });
  expect(waited.isOk()).toBe(true);
  return { ms, said };
}

test('any time from nothing to all of it', async () => {
  expect(await waitsFor('15m', 0)).toEqual({ ms: [], said: [] });
  expect(await waitsFor('15m', 0.5)).toEqual({ ms: [450_000], said: ['waiting for 7:30 (--jitter)'] });
  const { ms } = await waitsFor('900s', 1 - Number.EPSILON);
  expect(ms).toEqual([899_999]);
  expect(await waitsFor('0s', 0.5)).toEqual({ ms: [], said: [] });
});

import { expect, it } from 'vitest';
import { SeenPaths } from './seen-paths.js';

it('knows each of many paths again, and takes none for another', () => {
  const seen = new SeenPaths();
  const paths = Array.from({ length: 200_000 }, (_, index) => `-home/${index % 37}/${index}.jsonl`);
  expect(paths.every((path) => seen.add(path))).toBe(true);
  expect(paths.some((path) => seen.add(path))).toBe(false);
  expect([seen.add(''), seen.add('ab'), seen.add('ba'), seen.add('')]).toEqual([true, true, true, false]);
});

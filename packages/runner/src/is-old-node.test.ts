import { expect, test } from 'vitest';
import { isOldNode } from './is-old-node.js';

test.each([
  ['22.19.0', false],
  ['22.18.9', true],
  ['20.20.2', true],
  ['24.0.0', false],
  ['100.1.0', false],
])('%s', (version, old) => {
  expect(isOldNode(version, '>=22.19')).toBe(old);
});

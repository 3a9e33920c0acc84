import { expect, test } from 'vitest';
import { nearest } from './nearest.js';

const options = ['source', 'repo', 'dry-run', 'json', 'to', 'into'];

test.each([
  ['sorce', 'source'],
  ['soucre', 'source'],
  ['dryrun', 'dry-run'],
  ['JSON', 'json'],
  ['int', 'into'],
])('%s was meant to be %s', (word, meant) => {
  expect(nearest(word, options)).toBe(meant);
});

test.each(['banana', 'x', ''])('%j is like nothing there is', (word) => {
  expect(nearest(word, options)).toBeNull();
});

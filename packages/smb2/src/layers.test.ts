import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = import.meta.dirname;

/** From the lowest to the highest: a layer imports what is below it, and nothing above. */
const LAYERS = [
  'bytes',
  'error',
  'secret',
  'status',
  'wire',
  'rpc',
  'crypto',
  'auth',
  'connection',
  'client',
];

const files = globSync('**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/from '([^']+)'/g)].map(([, specifier = '']) => specifier);
}

describe.each(files)('%s', (file) => {
  const own = LAYERS.indexOf(file.split('/')[0] ?? '');

  test('imports nothing from a layer above its own', () => {
    const above = importsOf(file).filter((specifier) => {
      if (!specifier.startsWith('.')) return false;
      const target = relative(root, join(root, dirname(file), specifier));
      return own >= 0 && LAYERS.indexOf(target.split('/')[0] ?? '') > own;
    });
    expect(above).toEqual([]);
  });

  test('imports of Node what the package says, and neverthrow', () => {
    const foreign = importsOf(file).filter((specifier) => !specifier.startsWith('.'));
    const allowed = ['neverthrow', 'node:net', 'node:crypto', 'node:stream/web'];
    expect(foreign.filter((specifier) => !allowed.includes(specifier))).toEqual([]);
  });
});

test('every folder is a layer', () => {
  expect(new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]))).toEqual(
    new Set(LAYERS),
  );
});

test.each(files.filter((name) => name.startsWith('wire/')))('%s names its section', (file) => {
  expect(readFileSync(join(root, file), 'utf8')).toMatch(/MS-(SMB2|FSCC|ERREF) \d/);
});

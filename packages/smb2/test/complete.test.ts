import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const SOURCES = new URL('../src/', import.meta.url);
const WIRE_GOLDEN = ['wire/golden-requests.test.ts', 'wire/golden-responses.test.ts'];
const RPC = 'rpc/share-list.test.ts';
const HOSTILE = ['wire/hostile.test.ts', 'auth/hostile.test.ts', RPC];
/** Lists within messages, which are part of the golden bytes of those. */
const PARTS = /^(en|de)code(Create|Negotiate)Contexts$/;

/** The names of the functions that files below a folder export, and that begin so. */
function exported(folder: string, start: RegExp): readonly string[] {
  const path = new URL(`${folder}/`, SOURCES);
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(new URL(file, path), 'utf8').matchAll(/^export function (\w+)/gm)])
    .map(([, name = '']) => name)
    .filter((name) => start.test(name));
}

/** Those of `names` that none of the test files uses; to import a name is not to use it. */
function untested(names: readonly string[], tests: readonly string[]): readonly string[] {
  const text = tests.map((file) => readFileSync(new URL(file, SOURCES), 'utf8')).join('\n');
  const used = new Set(text.replaceAll(/^import[^;]*;/gm, '').match(/\w+/g));
  return names.filter((name) => !used.has(name));
}

test('every message has golden bytes', () => {
  const codecs = ['wire', 'rpc'].flatMap((folder) => exported(folder, /^(encode|decode|split)/));
  expect(codecs.length).toBeGreaterThan(40);
  expect(untested(codecs, [...WIRE_GOLDEN, RPC]).filter((name) => !PARTS.test(name))).toEqual([]);
});

test('every decoder has met hostile bytes', () => {
  const decoders = ['wire', 'rpc', 'auth'].flatMap((folder) => exported(folder, /^(decode|split)/));
  expect(decoders.length).toBeGreaterThan(28);
  expect(untested(decoders, HOSTILE)).toEqual([]);
});

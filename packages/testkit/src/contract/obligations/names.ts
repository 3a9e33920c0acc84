import { storedPath, type NameRules, type Transport } from '@sessionkeep/core';
import { expect } from 'vitest';
import { at, kindOf, must, put, scanPaths, streamOf, textOf } from '../tools.js';
import type { Obligation } from '../world.js';

const NAMES = [
  'with space',
  ' space before',
  '-rf',
  '--help',
  "it's",
  'say "hello"',
  'back\\slash',
  'new\nline',
  'tab\there',
  '$HOME',
  '`id`',
  '$(id)',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  '!important',
  'a;b&c|d',
  '<in>out',
  'colon:name',
  '#hash',
  '%41',
  '~',
  '.hidden',
  '..double',
  '...',
  'Größe',
  '日本語',
  '\u{1f600}\u{1f44d}\u{1f3fd}',
  '\ufeffbom',
  '\u202eover\u202c',
  'n'.repeat(240),
  'é'.repeat(120),
];

/** Names that Windows servers cannot hold. */
const ENDINGS = ['ends with a dot.', 'ends with a space '];

/** The names that these rules allow, as they are stored. */
function stored(names: readonly string[], rules: NameRules): string[] {
  return names
    .map((name) => storedPath(at(name), rules))
    .filter(
      (name) =>
        new TextEncoder().encode(name).length <= rules.maxNameBytes &&
        !Array.from(name).some((character) => rules.forbidden.includes(character)),
    );
}

async function roundTrip(transport: Transport, names: readonly string[]): Promise<void> {
  for (const name of names) await put(transport, `names/${name}`, name);
  expect(
    must(await transport.list(at('names')))
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...names].sort());
  expect(await scanPaths(transport, 'names')).toEqual([...names].sort());
  for (const name of names) {
    expect(await textOf(transport, `names/${name}`)).toBe(name);
    must(await transport.rename(at(`names/${name}`), at(`moved/${name}/${name}`)));
    must(await transport.append(at(`moved/${name}/${name}`), 0, streamOf('x'), 1));
  }
  expect(await scanPaths(transport)).toEqual(names.map((name) => `moved/${name}/${name}`).sort());
  for (const name of names) {
    must(await transport.flush([at(`moved/${name}`)]));
    must(await transport.remove(at(`moved/${name}/${name}`)));
    must(await transport.remove(at(`moved/${name}`)));
  }
  expect(must(await transport.list(at('moved')))).toEqual([]);
}

/** What two names do that differ only in a way some file systems overlook. */
async function pair(transport: Transport, one: string, two: string, same: boolean): Promise<void> {
  await put(transport, `pair/${one}`, 'one');
  const second = await transport.create(at(`pair/${two}`), streamOf('two'), 3);
  expect(kindOf(second)).toBe(same ? 'exists' : 'ok');
  expect(await textOf(transport, `pair/${one}`)).toBe('one');
  expect(await textOf(transport, `pair/${two}`)).toBe(same ? 'one' : 'two');
  expect(await scanPaths(transport, 'pair')).toHaveLength(same ? 1 : 2);
}

export const nameObligations: readonly Obligation[] = [
  {
    name: 'keeps every name that its rules allow: spaces, quotes, newlines, dashes, wildcards, long ones',
    run: async ({ transport }) => {
      const rules = must(await transport.probe(at(''), 'write'));
      await roundTrip(transport, stored(NAMES, rules));
    },
  },
  {
    name: 'keeps a dot or a space at the end',
    run: async ({ transport }) => {
      const rules = must(await transport.probe(at(''), 'write'));
      await roundTrip(transport, stored(ENDINGS, rules));
    },
  },
  {
    name: 'keeps composed and decomposed letters apart, or says that it does not',
    run: async ({ transport }) => {
      const { normalizes } = must(await transport.probe(at(''), 'write'));
      await pair(transport, 'caf\u00e9', 'cafe\u0301', normalizes);
    },
  },
  {
    name: 'keeps upper and lower case apart, or says that it does not',
    run: async ({ transport }) => {
      const { foldsCase } = must(await transport.probe(at(''), 'write'));
      await pair(transport, 'Readme', 'README', foldsCase);
    },
  },
  {
    name: 'keeps a name as long as its rules say',
    run: async ({ transport }) => {
      const { maxNameBytes } = must(await transport.probe(at(''), 'write'));
      await roundTrip(transport, ['n'.repeat(maxNameBytes)]);
    },
  },
  {
    name: 'keeps a path of twenty folders',
    run: async ({ transport }) => {
      const path = Array.from({ length: 20 }, (_, depth) => `folder-${depth}`).join('/');
      await put(transport, `${path}/file`, 'deep');
      expect(await scanPaths(transport)).toEqual([`${path}/file`]);
      expect(await textOf(transport, `${path}/file`)).toBe('deep');
    },
  },
];

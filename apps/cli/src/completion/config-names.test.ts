import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { configNames } from './config-names.js';

function written(text: string): string {
  const path = join(temporaryFolder(), 'sessionkeep.yaml');
  writeFileSync(path, text);
  return path;
}

const all = (text: string): unknown => {
  const path = written(text);
  return {
    sources: configNames('sources', path),
    repos: configNames('repos', path),
    targets: configNames('targets', path),
  };
};

test('names of sources, repos with their aliases, and targets, each once', () => {
  expect(
    all(`sources:
  mac: { type: local, path: /x, repos: { home: -h, ops: { project: -o, aliases: [devops, home] } } }
  pods: { type: local, path: /y, repos: auto }
targets: { nas: { type: local, path: /z }, disk: 7 }
`),
  ).toEqual({ sources: ['mac', 'pods'], repos: ['home', 'ops', 'devops'], targets: ['nas', 'disk'] });
});

test('a configuration with mistakes has names too, as far as it can be read', () => {
  expect(
    all('sources: { mac: 7, b: { repos: [x] }, c: { repos: { r: { aliases: 3 } } } }\nnonsense: 1\n'),
  ).toEqual({
    sources: ['mac', 'b', 'c'],
    repos: ['r'],
    targets: [],
  });
});

test('what is no name is not offered: a shell would see it', () => {
  expect(
    all('targets: { "$(rm -rf x)": 1, "a b": 1, "-x": 1, "\\e[2J": 1, good: 1, __proto__: 1 }\n'),
  ).toEqual({
    sources: [],
    repos: [],
    targets: ['good'],
  });
});

test('where nothing can be read there are none', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at] ?? ''},`.repeat(9)}]`),
  ].join('\n');
  for (const text of ['', '- a', 'sources: [', '\0', bomb, `# ${'x'.repeat(2 << 20)}\ntargets: { a: 1 }\n`])
    expect(all(text)).toEqual({ sources: [], repos: [], targets: [] });
  expect(configNames('sources', '/nowhere/at/all')).toEqual([]);
  expect(configNames('sources', '/')).toEqual([]);
  // Where there is one, it has no end.
  expect(configNames('sources', '/dev/zero')).toEqual([]);
});

import { expect, test } from 'vitest';
import { sourceNameProblem, suggestName, type KeptSources } from './kept-sources.js';

const HERE = 'local:1:/home/anna/.claude/projects';
const kept: KeptSources = new Map([
  ['mac', new Set(['local:2:/Users/anna/.claude/projects'])],
  ['desk', new Set([HERE, 'local:3:/old'])],
  ['pod', new Set<string>()],
]);
const none: KeptSources = new Map();

test('the name that the archive knows this machine by comes first', () => {
  expect(suggestName('laptop', HERE, kept, [])).toBe('desk');
  expect(suggestName('laptop', HERE, kept, ['desk'])).toBe('laptop');
  expect(suggestName('laptop', 'local:9:/x', kept, [])).toBe('laptop');
});

test('a name that is another machine’s, or taken, gets a number', () => {
  expect(suggestName('mac', 'local:9:/x', kept, [])).toBe('mac-2');
  expect(suggestName('Mac', 'local:9:/x', kept, ['MAC-2'])).toBe('Mac-3');
  expect(suggestName('laptop', HERE, none, ['laptop', 'laptop-2'])).toBe('laptop-3');
  expect(suggestName('all', HERE, none, [])).toBe('all-2');
});

test.each([
  ['home', null],
  ['pod', null],
  ['desk', null],
  ['', 'a name has letters'],
  ['a/b', 'a name has letters'],
  ['-x', 'a name has letters'],
  ['ALL', '"all" means every one'],
  ['Taken', 'another one has this name'],
  ['MAC', 'the archive has this name from another machine or folder'],
])('%j as a name', (name, problem) => {
  const told = sourceNameProblem(name, HERE, kept, ['taken']);
  if (problem === null) expect(told).toBeNull();
  else expect(told).toContain(problem);
});

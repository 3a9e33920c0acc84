import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { helpText } from '../src/options/help-text.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The first cells of the rows of a section's table, as they are read. */
function namesIn(section: string): string[] {
  const [, text = ''] = readme.split(`\n## ${section}\n`);
  const [table = ''] = text.split('\n## ');
  return [...table.matchAll(/^\| `((?:[^`])+)`/gm)].map(([, name = '']) => name.replaceAll('\\|', '|'));
}

test('the page has the options and variables that the help has', () => {
  const [, options = '', variables = ''] = helpText().split(/^(?:options|environment[^\n]*|exit codes):$/m);
  const helped = (text: string, name: RegExp): string[] =>
    [...text.matchAll(name)].map(([, found = '']) => found);
  expect(namesIn('Options')).toEqual(helped(options, /^ {2}(--\S+(?: [A-Z]\S*)?)/gm));
  const known = helped(variables, /^ {2}([A-Z_]+)/gm);
  expect(known.length).toBeGreaterThan(3);
  expect(namesIn('Variables')).toEqual(expect.arrayContaining(known));
});

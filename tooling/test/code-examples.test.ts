import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkExamples, docExamples, pageExamples } from '../check-examples.mjs';
import { root } from '../workspace.mjs';

const pages = globSync('{*,examples/*,docs/**/*,packages/*/*,apps/*/*}.md', { cwd: root })
  .filter((page) => !page.endsWith('CHANGELOG.md'))
  .sort();
const examples = [...docExamples(), ...pageExamples(pages)];

describe('examples in doc comments and pages', () => {
  const wrong = checkExamples(examples);

  test.each(examples)('$where: compiles', ({ where, code }) => {
    expect(wrong.get(where), code).toBeUndefined();
  });

  test('are found: in every package, and on a page', () => {
    const folders = new Set(examples.map(({ where }) => where.split('/').slice(0, 2).join('/')));
    expect([...folders].filter((folder) => folder.startsWith('packages/')).sort()).toEqual(
      globSync('packages/*', { cwd: root }).sort(),
    );
    expect(pageExamples(pages).length).toBeGreaterThan(0);
  });
});

test('an example that does not compile is found out', () => {
  const wrong = {
    'a name that there is not': ["const at = parsePaths('a');", 'parsePaths'],
    'a call that no type allows': ['parsePath(1);', 'number'],
    'a syntax error': ['const = 1;', 'expected'],
    'an option that there is not': ['void openArchive({ target, sha256, creat: true });', 'creat'],
  } as const;
  const module = '@sessionkeep/core';
  const found = checkExamples(Object.entries(wrong).map(([where, [code]]) => ({ where, module, code })));
  for (const [where, [, problem]] of Object.entries(wrong)) expect(found.get(where)).toContain(problem);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { page, renewReference } from '../configuration-page.mjs';
import { root } from '../workspace.mjs';

const text = readFileSync(page, 'utf8');
const schema = JSON.parse(readFileSync(join(root, 'docs/sessionkeep.schema.json'), 'utf8')) as object;

test('docs/configuration.md says what the schema says; `npm run docs` writes it anew', async () => {
  expect(await renewReference(text, schema)).toBe(text);
});

test('a key that is new, gone, or described otherwise shows', async () => {
  const added = structuredClone(schema) as { properties: Record<string, object> };
  added.properties['colour'] = { type: 'string', description: 'The colour of the archive | or none.' };
  const renewed = await renewReference(text, added);
  expect(renewed).toMatch(/^\| `colour` +\| a text +\| The colour of the archive \\\| or none\. +\|$/m);
  delete added.properties['targets'];
  expect(await renewReference(renewed, added)).not.toContain('### `targets');
});

test('every key of the schema is in it', () => {
  const keys = [...JSON.stringify(schema).matchAll(/"properties":\{(.*?)\}/g)].flatMap(([, inner = '']) =>
    [...inner.matchAll(/"([a-z-]+)":\{/g)].map(([, key = '']) => key),
  );
  expect(keys.length).toBeGreaterThan(3);
  for (const key of keys) expect(text).toContain(`\`${key}\``);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishablePackages, root, workspacePackages } from '../workspace.mjs';

const folder = join(root, '.changeset');
const published = publishablePackages().map(({ manifest }) => manifest.name);

test('what is not published is left out of releases', () => {
  const { ignore, access } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as {
    ignore: string[];
    access: string;
  };
  const others = workspacePackages().map(({ manifest }) => manifest.name);
  expect(ignore.sort()).toEqual(others.filter((name) => !published.includes(name)));
  expect(access).toBe('public');
});

test('every changeset names packages that are published, how far each goes, and says something', () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md')) {
    const text = readFileSync(join(folder, name), 'utf8');
    const [, front = '', body = ''] = /^---\n([^]*?)^---\n([^]*)$/m.exec(text) ?? [];
    const named = front.trim() === '' ? [] : front.trim().split('\n');
    for (const line of named) {
      const [, quoted = ''] = /^'([^']+)': (?:major|minor|patch)$/.exec(line) ?? [];
      expect(published, `${name}: ${line}`).toContain(quoted);
    }
    expect(body.trim(), name).not.toBe('');
  }
});

test('a package that was never released has a changeset', () => {
  const all = readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  for (const { manifest } of publishablePackages())
    if (manifest.version === '0.0.0') expect(all).toContain(`'${manifest.name}':`);
});

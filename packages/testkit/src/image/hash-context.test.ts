import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashContext } from './hash-context.js';
import type { ImageOptions } from './image-options.js';

let options: ImageOptions;

beforeEach(async () => {
  const context = await mkdtemp(join(tmpdir(), 'hash-context-'));
  options = { context, dockerfile: join(context, 'app/Dockerfile'), cache: join(context, 'cache') };
  await write('.dockerignore', '# words\n*\n!app\n!file\n**/dist\n**/*.test.ts\n');
  await write('app/Dockerfile', 'FROM scratch\n');
  await write('app/src/main.ts', 'one\n');
  await write('file', 'one\n');
});

afterEach(() => rm(options.context, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(options.context, path)), { recursive: true });
  await writeFile(join(options.context, path), text);
}

it.each([
  ['app/src/main.ts', 'a file in a folder that is taken'],
  ['app/src/new.ts', 'a new file there'],
  ['file', 'a file that is taken'],
  ['app/Dockerfile', 'the Dockerfile'],
  ['.dockerignore', 'what is taken'],
])('changes with %s: %s', async (path) => {
  const before = hashContext(options);
  await write(path, '*\n!app\n!file\n');
  expect(hashContext(options)).not.toBe(before);
});

it('changes with an argument', () => {
  expect(hashContext({ ...options, args: { VERSION: '1' } })).not.toBe(hashContext(options));
});

it.each(['app/dist/main.js', 'app/src/main.test.ts', 'elsewhere'])(
  'does not change with %s',
  async (path) => {
    const before = hashContext(options);
    await write(path, 'two\n');
    expect(hashContext(options)).toBe(before);
  },
);

it.each(['*\n!app\n**/dist\n!app/dist\n', 'app\n', '*\n!app\ndist/\n'])(
  'refuses to read %j',
  async (text) => {
    await write('.dockerignore', text);
    expect(() => hashContext(options)).toThrow('lines that are not read here');
  },
);

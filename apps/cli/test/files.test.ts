import { execFileSync } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { need } from './helpers/needs.js';
import { Machine } from './helpers/run-built.js';
import { logLine, writeFiles, writeSessions } from './helpers/sessions.js';
import { contentsOf } from './helpers/tree.js';

const base = ['--source', 'mac', '--to', 'kept', '--json'];
const MiB = 1024 * 1024;

class Shop extends Machine {
  readonly shop = join(this.projects, '-home-anna-shop');
  readonly kept = join(this.cwd, 'kept', 'source-mac', 'repo-shop');

  constructor() {
    super();
    writeFiles(this.projects, { '-home-anna-shop/first.jsonl': logLine('/home/anna/shop') });
  }

  /** Backs up, verifies, restores: the same at each end. */
  async expectRoundTrip(): Promise<void> {
    const source = contentsOf(this.shop);
    const backup = await this.run(['backup', ...base]);
    expect([backup.code, backup.stderr]).toEqual([0, '']);
    expect(contentsOf(this.kept)).toEqual(source);
    expect((await this.run(['verify', ...base, '--deep'])).code).toBe(0);
    expect((await this.run(['backup', ...base])).summary).toMatchObject({
      ok: true,
      bytesMoved: 0,
      unchanged: backup.summary['files'],
    });
    const restored = await this.run(['restore', '--to', 'kept', '--into', 'back', '--json']);
    expect(restored.code).toBe(0);
    expect(contentsOf(join(this.cwd, 'back', '-home-anna-shop'))).toEqual(source);
  }
}

test('contents that no log should have: nothing, NUL runs, no last newline, lines of 5 MB, CRLF, no UTF-8', async () => {
  const here = new Shop();
  const contents: Readonly<Record<string, string | Buffer>> = {
    'empty.jsonl': '',
    'newline.jsonl': '\n',
    'nul.jsonl': Buffer.concat([Buffer.from('{"a":1}\n'), Buffer.alloc(3 * MiB), Buffer.from('{"b":2}\n')]),
    'unfinished.jsonl': '{"type":"user"}\n{"type":"assist',
    'long-lines.jsonl': `${'x'.repeat(5 * MiB)}\n${JSON.stringify({ text: 'y'.repeat(5 * MiB) })}\n`,
    'crlf.jsonl': '{"a":1}\r\n{"b":2}\r\n',
    'binary.jsonl': Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7919) % 256)),
  };
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(here.shop, name), bytes);
  await here.expectRoundTrip();
  // They grow, too: from nothing, and in the middle of a line.
  for (const name of Object.keys(contents))
    writeFileSync(join(here.shop, name), 'ant"}\nmore\n', { flag: 'a' });
  const grown = await here.run(['backup', ...base]);
  expect(grown.summary).toMatchObject({ ok: true, appended: 7, unchanged: 1, bytesMoved: 7 * 11 });
  expect(contentsOf(here.kept)).toEqual(contentsOf(here.shop));
});

test('names with spaces, quotes, newlines, dashes, globs, emoji, both normal forms, and 240 bytes', async () => {
  const here = new Shop();
  const names = [
    'a name with spaces.jsonl',
    ' leading and trailing ',
    `"double" and 'single'.jsonl`,
    'two\nlines.jsonl',
    'tab\tand\x1b[31mred.jsonl',
    '-rf',
    '--to',
    '*?[a-z]{1,2}.jsonl',
    '$(touch owned).jsonl',
    'back\\slash.jsonl',
    'caf\u00e9.jsonl',
    'cafe\u0301.jsonl',
    '🦀 日本語.jsonl',
    'n'.repeat(240),
    '%2e%2e.jsonl',
    'CON',
    'trailing.',
  ];
  for (const name of names) {
    mkdirSync(join(here.shop, 'folder', name), { recursive: true });
    writeFileSync(join(here.shop, 'folder', name, name), name);
  }
  await here.expectRoundTrip();
  expect(readdirSync(join(here.kept, 'folder')).sort()).toEqual([...names].sort());
  expect(readdirSync(here.cwd)).not.toContain('owned');
});

test('a name that is no UTF-8 is refused with exit 3, printably; the rest goes on', async () => {
  const here = new Shop();
  const raw = Buffer.concat([
    Buffer.from(`${here.shop}/bad-`),
    Buffer.from([0xff, 0x1b, 0xc3]),
    Buffer.from('.jsonl'),
  ]);
  writeFileSync(raw, 'x\n');
  writeFiles(here.shop, { 'other.jsonl': 'y\n' });
  const { code, summary } = await here.run(['backup', ...base]);
  expect([code, summary]).toMatchObject([3, { files: 3, copied: 2, refused: 1, alarms: [] }]);
  expect(readdirSync(here.kept).sort()).toEqual(['first.jsonl', 'other.jsonl']);
  const people = await here.run(['backup', '--source', 'mac', '--to', 'kept']);
  expect(people.code).toBe(3);
  expect(people.stderr).toContain('bad-');
  // eslint-disable-next-line no-control-regex -- it is what must not be there
  expect(people.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  // Nothing was noted of it that a later run could stumble over.
  renameSync(raw, join(here.shop, 'good.jsonl'));
  expect((await here.run(['backup', ...base])).summary).toMatchObject({ ok: true, copied: 1 });
});

test('a project folder whose name is no UTF-8 is told of with exit 3, printably; the others are kept', async (context) => {
  const here = new Shop();
  if (process.platform === 'darwin') return need(context, 'APFS takes no name that is no UTF-8');
  const raw = Buffer.concat([Buffer.from(`${here.projects}/-home-`), Buffer.from([0xff, 0x1b, 0xc3])]);
  mkdirSync(raw);
  writeFileSync(Buffer.concat([raw, Buffer.from('/a.jsonl')]), 'x\n');
  const said = { kind: 'invalid', message: expect.stringContaining('no valid UTF-8') as string };
  for (const command of ['backup', 'plan', 'verify']) {
    const { code, summary } = await here.run([command, ...base]);
    expect([command, code, summary]).toMatchObject([command, 3, { ok: false, errors: [said], alarms: [] }]);
  }
  const people = await here.run(['backup', '--source', 'mac', '--to', 'kept']);
  expect([people.code, people.stderr]).toEqual([3, expect.stringContaining('rename it')]);
  // eslint-disable-next-line no-control-regex -- it is what must not be there
  expect(people.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  expect(readdirSync(here.kept)).toEqual(['first.jsonl']);
  expect((await here.run(['backup', ...base, '--repo', 'shop'])).code).toBe(0);
  renameSync(raw, join(here.projects, '-home-anna-good'));
  expect((await here.run(['backup', ...base])).summary).toMatchObject({ ok: true, copied: 1 });
});

test('links that lead out, round or nowhere are refused, and what they lead to is never read', async () => {
  const here = new Shop();
  const outside = join(here.root, 'outside');
  writeFiles(outside, { 'secret.jsonl': 'the secret', 'folder/secret.jsonl': 'the secret' });
  symlinkSync(join(outside, 'secret.jsonl'), join(here.shop, 'out.jsonl'));
  symlinkSync(join(outside, 'folder'), join(here.shop, 'out'));
  symlinkSync('..', join(here.shop, 'round'));
  symlinkSync('self', join(here.shop, 'self'));
  symlinkSync('nowhere', join(here.shop, 'broken.jsonl'));
  symlinkSync('/etc/passwd', join(here.shop, 'passwd'));
  linkSync(join(here.shop, 'first.jsonl'), join(here.shop, 'hard.jsonl'));
  const { code, summary, stdout } = await here.run(['backup', ...base]);
  expect([code, summary]).toMatchObject([3, { copied: 2, refused: 6, failed: 0 }]);
  expect(stdout).not.toContain('the secret');
  for (const digest of Object.values(contentsOf(join(here.cwd, 'kept'))))
    expect(digest).not.toBe(contentsOf(outside)['secret.jsonl']);
  expect(readdirSync(here.kept).sort()).toEqual(['first.jsonl', 'hard.jsonl']);
});

test('a link to a file inside is kept as that file; one to a folder inside is refused by name', async () => {
  const here = new Shop();
  writeFiles(here.shop, { 'folder/log.jsonl': 'x\n' });
  symlinkSync('first.jsonl', join(here.shop, 'alias.jsonl'));
  symlinkSync('folder', join(here.shop, 'other'));
  const { code, summary, events } = await here.run(['backup', ...base]);
  expect([code, summary]).toMatchObject([3, { copied: 3, refused: 1 }]);
  expect(events).toContainEqual(
    expect.objectContaining({ path: 'other', outcome: 'refused', reason: 'link-folder' }),
  );
  const { 'first.jsonl': first, ...rest } = contentsOf(here.kept);
  expect(rest).toEqual({
    'alias.jsonl': first,
    'folder/log.jsonl': contentsOf(here.shop)['folder/log.jsonl'],
  });
  expect(lstatSync(join(here.kept, 'alias.jsonl')).isFile()).toBe(true);
});

test('a pipe, a socket and a device: nobody waits for them, exit 3, the rest is kept', async () => {
  const here = new Shop();
  execFileSync('mkfifo', [join(here.shop, 'pipe.jsonl')]);
  const server = createServer();
  onTestFinished(() => void server.close());
  // A socket's path may be 107 bytes long.
  await new Promise<void>((done) => server.listen(join(here.root, 's'), done));
  renameSync(join(here.root, 's'), join(here.shop, 'socket.jsonl'));
  const { code, summary } = await here.run(['backup', ...base], { longestMs: 20_000 });
  expect([code, summary]).toMatchObject([3, { copied: 1, refused: 2, failed: 0 }]);
  expect(readdirSync(here.kept)).toEqual(['first.jsonl']);
  const pipe = await here.run(['backup', '--from', join(here.shop, 'pipe.jsonl'), ...base], {
    longestMs: 20_000,
  });
  expect(pipe.code).toBe(2);
});

test('noise and secrets are never kept', async () => {
  const here = new Shop();
  writeSessions(here.projects);
  writeFiles(here.shop, {
    '.credentials.json': 'secret',
    'session-env/a.json': 'secret',
    'x.lock': '',
    'y.jsonl.compact.tmp.12': '',
    'sessions-index.json': '{}',
  });
  expect((await here.run(['backup', ...base])).code).toBe(0);
  const kept = Object.keys(contentsOf(join(here.cwd, 'kept'))).join('\n');
  expect(kept).not.toMatch(/credentials|session-env|compact|x\.lock|sessions-index/);
  expect(kept).toContain('first.jsonl');
});

test('a sparse log is kept as the bytes it reads as', async () => {
  const here = new Shop();
  const sparse = join(here.shop, 'sparse.jsonl');
  writeFileSync(sparse, 'begin\n');
  truncateSync(sparse, 64 * MiB);
  await here.expectRoundTrip();
});

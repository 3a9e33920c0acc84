import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Kept, kept, LOG, shop, TO } from './helpers/kept.js';
import { mountSmall, noMounts, remount } from './helpers/mounts.js';
import { need } from './helpers/needs.js';
import { logLine, SESSION, writeFiles, writeSessions } from './helpers/sessions.js';
import { stateOf } from './helpers/tree.js';

/** What must never reach a terminal. */
// eslint-disable-next-line no-control-regex -- it is what must not be there
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/;

test('names that no terminal should see are shown safely, and taken back as they are shown', async () => {
  const here = shop();
  const names = ['esc\x1b[31m\n.jsonl', 'cafe\u0301.jsonl', 'rtl\u202egpj.jsonl', ' blank and -dash'];
  for (const [index, name] of names.entries()) writeFiles(here.shop, { [name]: `${index}\n` });
  const before = await here.keep();
  for (const name of names) appendFileSync(join(here.shop, name), '\0more\x1b[2J\n');
  await here.keep();
  const listed = (await here.lines('ls')).filter((line) => line !== 'mac/shop/first.jsonl');
  expect(listed).toHaveLength(names.length);
  expect(listed).toContain(String.raw`mac/shop/esc\x1b[31m\x0a.jsonl`);
  for (const line of listed) {
    const { code, bytes } = here.cat(line);
    const index = Number(bytes.toString()[0]);
    expect([line, code, bytes.toString()]).toEqual([line, 0, `${index}\n\0more\x1b[2J\n`]);
    expect(here.cat(line, '--at', before).bytes.toString()).toBe(`${index}\n`);
    expect((await here.lines('log', line)).join('\n')).toContain('grown');
  }
  expect(here.cat('mac/shop/caf\u00e9.jsonl').code).toBe(0);
  for (const args of [
    ['ls', '--long'],
    ['log'],
    ['diff', before],
    ['log', 'mac/shop/esc\x1b[31m\n.jsonl'],
    ['ls', 'no\x1b[2Jsuch'],
  ]) {
    const { stdout, stderr } = await here.run([...args, ...TO]);
    expect(stdout + stderr).not.toMatch(CONTROL);
    expect(stdout + stderr).not.toContain('\u202e');
  }
});

test('bytes that are no text, in any number, come exactly', async () => {
  const here = shop();
  const binary = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7919) % 256));
  writeFileSync(join(here.shop, 'binary'), binary);
  writeFileSync(join(here.shop, 'empty'), '');
  await here.keep();
  const { code, bytes } = here.cat('mac/shop/binary');
  expect([code, bytes.equals(binary)]).toEqual([0, true]);
  expect(here.cat('mac/shop/empty')).toMatchObject({ code: 0, bytes: Buffer.alloc(0), stderr: '' });
});

test('whoever stops reading is no error, and a full disk is one', async () => {
  const here = shop();
  const lines = Object.fromEntries(
    Array.from({ length: 800 }, (_, at) => [`a-name-of-some-length-${at}.jsonl`, logLine('/home/anna/shop')]),
  );
  writeFiles(here.shop, { ...lines, 'large.jsonl': logLine('/home/anna/shop').repeat(20_000) });
  await here.keep();
  for (const line of [
    'sk ls --to kept | head -1',
    'sk cat mac/shop/large.jsonl --to kept | head -c 10',
    'sk ls --long --json --to kept | head -1',
  ])
    expect([line, here.shell(line)]).toMatchObject([line, { code: 0, stderr: '' }]);
  if (process.platform !== 'linux') return;
  for (const line of [
    'sk ls --to kept > /dev/full',
    'sk cat mac/shop/large.jsonl --to kept > /dev/full',
    'sk log --to kept --json > /dev/full',
    'sk log mac/shop/large.jsonl --to kept > /dev/full',
    'sk diff 1d --to kept > /dev/full',
    'sk plan --to kept --source mac > /dev/full',
    'sk status --to kept > /dev/full',
    'sk backup --to kept --source mac --json > /dev/full',
    'sk help > /dev/full',
  ]) {
    const stderr = 'error: writing to standard output failed: ENOSPC: no space left on device\n';
    expect([line, here.shell(line)]).toMatchObject([line, { code: 1, stderr }]);
  }
});

test('an archive that cannot be written is looked into all the same, and nothing of it is touched', async (context) => {
  need(context, noMounts());
  const here = new Kept();
  mountSmall(join(here.cwd, 'kept'), '4m');
  writeSessions(here.projects);
  await here.keep();
  const before = stateOf(join(here.cwd, 'kept'));
  remount(join(here.cwd, 'kept'), 'ro');
  for (const args of [['ls', '--long'], ['log'], ['log', LOG], ['cat', LOG], ['diff', '1d'], ['status']])
    expect([args, (await here.run([...args, ...TO])).code]).toEqual([args, 0]);
  remount(join(here.cwd, 'kept'), 'rw');
  for (const args of [['ls', '--long'], ['log'], ['log', LOG], ['cat', LOG], ['diff', '1d']])
    expect([args, (await here.run([...args, ...TO])).code]).toEqual([args, 0]);
  expect(stateOf(join(here.cwd, 'kept'))).toEqual(before);
});

test('while a backup is running everything can be looked at', async () => {
  const here = await kept();
  writeFiles(here.shop, { 'large.jsonl': logLine('/home/anna/shop').repeat(1_000_000) });
  const running = here.start(['backup', '--source', 'mac', ...TO, '--json']);
  await running.says('"planned"');
  for (const args of [['ls'], ['log'], ['cat', LOG], ['diff', '1d']])
    expect([args, (await here.run([...args, ...TO])).code]).toEqual([args, 0]);
  expect((await running.ended).code).toBe(0);
  expect(await here.lines('ls', 'mac/shop/large.jsonl')).toEqual(['mac/shop/large.jsonl']);
});

describe('damage', () => {
  test('of a kept file: its bytes come, and it is said what they are worth', async () => {
    const here = await kept();
    const moment = await here.keep();
    writeFileSync(join(here.shop, `${SESSION}.jsonl`), 'rewritten\n');
    await here.keep();
    const versions = join(here.cwd, 'kept', '.sessionkeep', 'source-mac', 'repo-shop', 'versions');
    const [version = ''] = readdirSync(versions);
    const places = [
      [[LOG], join(here.kept, `${SESSION}.jsonl`)],
      [[LOG, '--at', moment], join(versions, version)],
    ] as const;
    for (const [args, path] of places) {
      const bytes = readFileSync(path);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      const ran = here.cat(...args);
      expect([ran.code, ran.bytes.equals(bytes)]).toEqual([4, true]);
      expect(ran.stderr).toMatch(
        /has other bytes in the archive than were recorded.*all of its .* bytes were written/,
      );
      rmSync(path);
      const missing = here.cat(...args);
      expect([missing.code, missing.bytes.length]).toEqual([4, 0]);
      expect(missing.stderr).toContain('is not in the archive with the bytes that were recorded');
    }
  });

  test('no damage is what a later version wrote: what this one knows is shown, exit 2', async () => {
    const here = await kept();
    writeFiles(here.shop, { 'z.jsonl': 'z\n' });
    await here.keep();
    const text = readFileSync(here.ledger, 'utf8');
    writeFileSync(here.ledger, text.replace(/"kind":"kept"(.*\n)$/, '"kind":"later"$1'));
    const { code, stdout, stderr } = await here.run(['ls', 'mac/shop', ...TO]);
    expect([code, stdout]).toEqual([2, `${LOG}\nmac/shop/${SESSION}/subagents/agent-1.jsonl\n`]);
    expect(stderr).toMatch(/later version/);
    expect(stderr).not.toContain('alarm');
  });

  test('of a ledger: what can be read is shown, exit 4, and so of the run list', async () => {
    const here = await kept();
    writeFiles(here.shop, { 'z.jsonl': 'z\n' });
    await here.keep();
    const text = readFileSync(here.ledger, 'utf8').split('\n');
    writeFileSync(here.ledger, text.with(3, text[3]?.replace('z.jsonl', 'y.jsonl') ?? '').join('\n'));
    const listed = await here.run(['ls', 'mac/shop', ...TO]);
    expect([listed.code, listed.stdout]).toEqual([
      4,
      `${LOG}\nmac/shop/${SESSION}/subagents/agent-1.jsonl\n`,
    ]);
    expect(listed.stderr).toContain('alarm: mac/shop: ledger segment 1 is damaged at line 4');
    for (const args of [
      ['log', LOG],
      ['diff', '1d'],
      ['cat', LOG],
    ]) {
      const { code, stdout, stderr } = await here.run([...args, ...TO]);
      expect([args, code, stdout !== '', stderr.includes('alarm:')]).toEqual([args, 4, true, true]);
    }
    const json = await here.json('ls');
    expect([json.code, json.summary]).toMatchObject([4, { ok: false, files: 3 }]);
    expect(json.summary['alarms']).not.toEqual([]);

    const runs = join(here.cwd, 'kept', '.sessionkeep', 'source-mac', 'repo-shop', 'runs.log');
    writeFileSync(runs, readFileSync(runs, 'utf8').replace('"number":1', '"number":5'));
    const log = await here.run(['log', ...TO]);
    expect([log.code, log.stdout.split('\n').filter((line) => line.includes('mac/notes'))]).toEqual([
      4,
      [expect.any(String), expect.any(String)],
    ]);
    expect(log.stderr).toContain('runs.log is damaged at line 1');
  });
});

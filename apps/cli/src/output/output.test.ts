import { keepError, noCounts } from '@sessionkeep/core';
import { expect, test } from 'vitest';
import { stringScreen } from '../../test/helpers/string-screen.js';
import { JsonOutput } from './json-output.js';
import type { Output } from './output.js';
import { PeopleOutput } from './people-output.js';

const place = { source: 'mac', repo: 'home' };
const file = (more: object) => ({
  type: 'file' as const,
  path: 'a.jsonl',
  outcome: 'copied' as const,
  bytes: 10,
  alarm: false,
  ...place,
  ...more,
});
const summary = { command: 'backup', exitCode: 0 as const, alarms: [], errors: [] };

test('json: one event a line, the summary last, progress once a second', () => {
  const stdout = stringScreen();
  let now = 0;
  const output: Output = new JsonOutput(stdout, stringScreen(), () => now);
  const listen = output.listener(null);
  for (; now < 2000; now += 50) {
    listen({ type: 'progress', bytes: now, totalBytes: 2000, files: 0, totalFiles: 1, ...place });
  }
  listen(
    file({
      path: 'a\nb',
      error: keepError('io', 'read', 'x', { cause: new Error('secret') }),
      outcome: 'failed',
    }),
  );
  output.finish({ ...summary, files: 1 }, []);
  const lines = stdout.lines().map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ type }) => type)).toEqual(['progress', 'progress', 'file', 'summary']);
  expect(lines[2]).toMatchObject({ path: 'a\nb', error: { kind: 'io', message: 'x' } });
  expect(stdout.text()).not.toContain('secret');
  expect(lines[3]).toMatchObject({ command: 'backup', ok: true, exitCode: 0, files: 1, errors: [] });
});

test('people: trouble at once, with the reason and what to do; no line for what went well', () => {
  const screen = stringScreen();
  const listen = new PeopleOutput(screen, () => 0).listener(null);
  listen({ type: 'planned', steps: 2, bytes: 1500, counts: { ...noCounts(), files: 3 }, ...place });
  listen(file({}));
  listen(file({ outcome: 'refused', reason: 'link-out', path: 'evil\x1b[2J.jsonl' }));
  listen(file({ outcome: 'mended', reason: 'missing-in-archive', alarm: true }));
  listen(
    file({
      outcome: 'failed',
      error: keepError('denied', 'read', 'reading a.jsonl was not allowed', { hint: 'check its mode' }),
    }),
  );
  listen({ type: 'notice', level: 'alarm', message: 'the ledger is torn', ...place });
  expect(screen.lines()).toEqual([
    'mac/home: 2 files to see to, 1.5 KB to move',
    'refused: mac/home: evil\\x1b[2J.jsonl: a link that leads out of the source; put the file itself there, or leave it out by exclude:',
    'damage, mended: mac/home: a.jsonl: was missing in the archive; find out who removed it there',
    'failed: mac/home: a.jsonl: reading a.jsonl was not allowed; check its mode',
    'alarm: mac/home: the ledger is torn',
  ]);
});

const everything = (output: Output): void => {
  const listen = output.listener(null);
  output.detail('the configuration is sessionkeep.yaml');
  listen({ type: 'notice', level: 'detail', message: 'the lock is taken', ...place });
  listen({ type: 'planned', steps: 2, bytes: 1500, counts: noCounts(), ...place });
  listen(file({ bytes: 1500 }));
  listen(file({ outcome: 'restamped', bytes: 0, path: 'b\x1b.jsonl' }));
  listen(file({ outcome: 'refused', reason: 'pipe' }));
  listen({ type: 'notice', level: 'info', message: 'a hint', ...place });
  listen({ type: 'notice', level: 'warning', message: 'a folder is gone', ...place });
  output.note('nothing else');
  output.repo('mac/home', '1 new', {});
  output.list(() => ['a list']);
  output.finish({ ...summary, errors: [keepError('full', 'write', 'the disk is full')] }, ['a table']);
};
const trouble = [
  'refused: mac/home: a.jsonl: a named pipe, no file; remove it, or leave it out by exclude:',
  'warning: mac/home: a folder is gone',
  'error: the disk is full',
];

test('verbose: every file as it is kept, and what helps to find a mistake', () => {
  const screen = stringScreen();
  everything(new PeopleOutput(screen, () => 0, { volume: 'verbose' }));
  expect(screen.lines()).toEqual([
    'the configuration is sessionkeep.yaml',
    'mac/home: the lock is taken',
    'mac/home: 2 files to see to, 1.5 KB to move',
    'new          1.5 KB  mac/home: a.jsonl',
    'touched              mac/home: b\\x1b.jsonl',
    trouble[0],
    'mac/home: a hint',
    trouble[1],
    'nothing else',
    'mac/home: 1 new',
    'a list',
    'a table',
    trouble[2],
  ]);
});

test('quiet: errors, damage and warnings only, and no bar', () => {
  for (const isTTY of [false, true]) {
    const screen = stringScreen({ isTTY, columns: 200 });
    const output = new PeopleOutput(screen, () => 0, { volume: 'quiet' });
    output.listener(null)({ type: 'progress', bytes: 5, totalBytes: 10, files: 0, totalFiles: 1, ...place });
    everything(output);
    expect(screen.text()).toBe(`${trouble.join('\n')}\n`);
  }
});

test('programs are told no details', () => {
  const stdout = stringScreen();
  everything(new JsonOutput(stdout, stringScreen(), () => 0));
  expect(stdout.text()).not.toMatch(/lock|configuration/);
});

test('colours tell trouble from damage', () => {
  const screen = stringScreen({ colours: true, isTTY: true, columns: 200 });
  const listen = new PeopleOutput(screen, () => 0).listener(null);
  listen(file({ outcome: 'refused', reason: 'pipe' }));
  listen(file({ outcome: 'mended', alarm: true }));
  expect(screen.lines().map((line) => line.slice(0, 5))).toEqual(['\x1b[33m', '\x1b[31m']);
});

test('people on a terminal: sentences are broken between words, and elsewhere not at all', () => {
  const told = [true, false].map((isTTY) => {
    const screen = stringScreen({ columns: 40, isTTY });
    const output = new PeopleOutput(screen, () => 0);
    const error = keepError('denied', 'read', 'reading it was not allowed', { hint: 'check its mode' });
    output.listener(null)(file({ outcome: 'failed', error, path: `${'x'.repeat(50)}.jsonl` }));
    return screen.lines();
  });
  const long = `${'x'.repeat(50)}.jsonl:`;
  expect(told).toEqual([
    ['failed: mac/home:', long, 'reading it was not allowed; check its', 'mode'],
    [`failed: mac/home: ${long} reading it was not allowed; check its mode`],
  ]);
});

test('people on a terminal: the bar is gone at the end', () => {
  const screen = stringScreen({ isTTY: true });
  const output: Output = new PeopleOutput(screen, () => 0);
  output.listener('nas')({ type: 'progress', bytes: 5, totalBytes: 10, files: 0, totalFiles: 1, ...place });
  output.repo('mac/home', '1 copied', {});
  output.finish(summary, ['done']);
  expect(screen.text()).toContain('5 B of 10 B');
  expect(screen.text()).not.toContain('1 copied');
  expect(screen.text().endsWith('\x1b[J\x1b[?25hdone\n')).toBe(true);
});

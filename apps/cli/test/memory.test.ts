import { appendFileSync, mkdirSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { need } from './helpers/needs.js';
import { noPeaks, withPeak } from './helpers/peak-memory.js';
import { Machine, type Ran } from './helpers/run-built.js';
import { logLine } from './helpers/sessions.js';

/** What no run may take, in MiB. */
const MOST = 250;
const GiB = 1024 ** 3;
const base = ['--source', 'mac', '--to', 'kept', '--json'];

/** Runs, and holds the peak of its memory against {@link MOST}. */
async function modest(here: Machine, what: string, args: readonly string[]): Promise<Ran> {
  const began = performance.now();
  const { ran, peak } = await withPeak(here.start(args, { longestMs: 420_000 }));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`memory: ${what}: ${peak} MiB at most, ${seconds} s\n`);
  expect(peak, what).toBeGreaterThan(20);
  // Soft: the runs behind this one are measured too.
  expect.soft(peak, what).toBeLessThan(MOST);
  return ran;
}

function room(here: Machine, bytes: number, inodes: number): string | null {
  const { bavail, bsize, ffree, files } = statfsSync(here.root);
  if (bavail * bsize < bytes) return `needs ${Math.ceil(bytes / GiB)} GiB of room in ${here.root}`;
  return files > 0 && ffree < inodes ? `needs ${inodes} inodes in ${here.root}` : null;
}

test('LONG: a log of 6 GiB is copied, left alone, and grown in less than 250 MiB', async (context) => {
  const here = new Machine();
  need(context, noPeaks() ?? room(here, 8 * GiB, 10));
  const log = join(here.projects, '-home-anna-shop', 'huge.jsonl');
  mkdirSync(join(here.projects, '-home-anna-shop'), { recursive: true });
  writeFileSync(log, logLine('/home/anna/shop'));
  truncateSync(log, 6 * GiB);
  const first = await modest(here, 'first copy of 6 GiB', ['backup', ...base]);
  expect(first.summary).toMatchObject({ ok: true, copied: 1, bytesMoved: 6 * GiB });
  expect(statSync(join(here.cwd, 'kept', 'source-mac', 'repo-shop', 'huge.jsonl')).size).toBe(6 * GiB);
  const second = await modest(here, 'nothing changed in 6 GiB', ['backup', ...base]);
  expect(second.summary).toMatchObject({ ok: true, unchanged: 1, bytesMoved: 0 });
  appendFileSync(log, 'more\n');
  const third = await modest(here, '6 GiB grown by a line', ['backup', ...base]);
  expect(third.summary).toMatchObject({ ok: true, appended: 1, bytesMoved: 5 });
}, 900_000);

test('LONG: 200,000 files are copied, left alone, listed and read in less than 250 MiB', async (context) => {
  const here = new Machine();
  need(context, noPeaks() ?? room(here, 4 * GiB, 450_000));
  const line = logLine('/home/anna/shop');
  for (let session = 0; session < 2000; session++) {
    const id = `${session.toString(16).padStart(8, '0')}-1111-4222-8333-444444444444`;
    const folder = join(here.projects, '-home-anna-shop', id, 'subagents');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(here.projects, '-home-anna-shop', `${id}.jsonl`), line);
    for (let agent = 1; agent < 100; agent++)
      writeFileSync(join(folder, `agent-${agent.toString(16).padStart(8, '0')}.jsonl`), line);
  }
  const first = await modest(here, 'first copy of 200,000 files', ['backup', ...base]);
  expect(first.summary).toMatchObject({ ok: true, copied: 200_000 });
  const second = await modest(here, 'nothing changed in 200,000 files', ['backup', ...base]);
  expect(second.summary).toMatchObject({ ok: true, unchanged: 200_000, bytesMoved: 0 });
  const listed = await modest(here, '200,000 files are listed', ['ls', '--to', 'kept']);
  expect(listed.stdout.split('\n')).toHaveLength(200_001);
  const [one = ''] = listed.stdout.split('\n');
  const file = await modest(here, 'one of 200,000 files is read', ['cat', one, '--to', 'kept']);
  expect(file.stdout).toBe(line);
  const log = await modest(here, 'the history of one of 200,000 files', [
    'log',
    one,
    '--to',
    'kept',
    '--json',
  ]);
  expect(log.summary).toMatchObject({ ok: true, files: 1, events: 1 });
}, 900_000);

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BEGAN, EVERYTHING, facts } from '../../test/helpers/facts.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { writeMetricsFile } from './write-metrics-file.js';

const SUCCESS = /^sessionkeep_last_success_timestamp_seconds.*$/m;
const failed = facts({ exitCode: 6, ended: BEGAN + 99_000 });

/** Writes them, and fails where they cannot be written; gives the path. */
async function write(...args: Parameters<typeof writeMetricsFile>): Promise<string> {
  return (await writeMetricsFile(...args))._unsafeUnwrap();
}

function place(): { folder: string; file: string; text: () => string } {
  const folder = temporaryFolder();
  const file = join(folder, 'sessionkeep.prom');
  return { folder, file, text: () => readFileSync(file, 'utf8') };
}

test('everybody may read the file, whatever the umask, and nothing else is left in the folder', async () => {
  const { folder, file, text } = place();
  const before = process.umask(0o077);
  try {
    expect(await write(file, EVERYTHING)).toBe(file);
  } finally {
    process.umask(before);
  }
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(readdirSync(folder)).toEqual(['sessionkeep.prom']);
  expect(text()).toContain('sessionkeep_last_run_exit_code 3\n');
});

test('a reader of the old file keeps all of it: the new one takes its place', async () => {
  const { file } = place();
  await write(file, facts());
  const { ino } = statSync(file);
  await write(file, facts());
  expect(statSync(file).ino).not.toBe(ino);
});

describe('the last success', () => {
  test('is kept by a run that failed, however often, and replaced by one that did not', async () => {
    const { file, text } = place();
    await write(file, facts({ ended: BEGAN + 1250 }));
    const first = 'sessionkeep_last_success_timestamp_seconds 1772334001.25';
    for (let run = 0; run < 2; run++) {
      await write(file, failed);
      expect(SUCCESS.exec(text())?.[0]).toBe(first);
      expect(text()).toContain(`sessionkeep_last_run_timestamp_seconds ${BEGAN / 1000 + 99}\n`);
      expect(text().match(/^# TYPE sessionkeep_last_success/gm)).toHaveLength(1);
    }
    await write(file, facts());
    expect(SUCCESS.exec(text())?.[0]).not.toBe(first);
  });

  test('is not there where there never was one', async () => {
    const { file, text } = place();
    await write(file, failed);
    expect(text()).not.toMatch(SUCCESS);
  });

  test.each([
    ['no text', Buffer.from([0, 255, 254, 10])],
    ['another metric', Buffer.from('node_load1 5\n')],
    ['no number', Buffer.from('sessionkeep_last_success_timestamp_seconds never\n')],
    ['a number that is none of ours', Buffer.from('sessionkeep_last_success_timestamp_seconds -5e300\n')],
    ['a line that goes on', Buffer.from('sessionkeep_last_success_timestamp_seconds 5 5\n')],
    ['nothing at all', Buffer.alloc(0)],
    [
      'it behind a megabyte of something else',
      Buffer.from(`${'#\n'.repeat(500_000)}sessionkeep_last_success_timestamp_seconds 5\n`),
    ],
  ])('is not taken from a file with %s, which is overwritten', async (_, content) => {
    const { file, text } = place();
    writeFileSync(file, content);
    await write(file, failed);
    expect(text()).not.toMatch(SUCCESS);
    expect(text()).toContain('sessionkeep_last_run_exit_code 6\n');
  });
});

describe('what is in the way', () => {
  test('a pipe is replaced, and nobody waits for it', async () => {
    const { file, text } = place();
    execFileSync('mkfifo', [file]);
    await write(file, failed);
    expect(text()).toContain('sessionkeep_last_run_exit_code 6\n');
  });

  test('a link is replaced, and what it leads to is left alone', async () => {
    const { folder, file } = place();
    const other = join(folder, 'other');
    writeFileSync(other, 'mine');
    symlinkSync(other, file);
    await write(file, facts());
    expect(readFileSync(other, 'utf8')).toBe('mine');
  });

  test('a folder is not, and nothing is left beside it', async () => {
    const { folder, file } = place();
    mkdirSync(file);
    const error = (await writeMetricsFile(file, facts()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'io', hint: 'name a file, not a folder' });
    expect(error.message).toMatch(/^writing the metrics to .*sessionkeep\.prom failed: EISDIR$/);
    expect(readdirSync(folder)).toEqual(['sessionkeep.prom']);
  });

  test('a folder that is missing is not made', async () => {
    const error = (await writeMetricsFile('/nowhere/at/all.prom', facts()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ message: 'writing the metrics to /nowhere/at/all.prom failed: ENOENT' });
  });
});

describe('a shard', () => {
  const shard = { index: 2, of: 4 };

  test('has a file of its own, and its number in every sample', async () => {
    const { folder, file } = place();
    const written = await write(file, { ...EVERYTHING, shard });
    expect(readdirSync(folder)).toEqual(['sessionkeep.shard-2.prom']);
    const samples = readFileSync(written, 'utf8')
      .split('\n')
      .filter((line) => /^s/.test(line));
    expect(samples.length).toBeGreaterThan(40);
    for (const sample of samples) expect(sample).toMatch(/[{,]shard="2"\} \S+$/);
  });

  test('keeps its last success', async () => {
    const { file } = place();
    await write(file, facts({ shard }));
    const written = await write(file, { ...failed, shard });
    expect(SUCCESS.exec(readFileSync(written, 'utf8'))?.[0]).toBe(
      `sessionkeep_last_success_timestamp_seconds{shard="2"} ${BEGAN / 1000 + 12}`,
    );
  });
});

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LivingSource } from './helpers/history.js';
import { need, noProgram } from './helpers/needs.js';
import { Machine } from './helpers/run-built.js';

const PAGE = new URL('../../../docs/archive-format.md', import.meta.url);

test('docs/archive-format.md: its reader in Python passes an archive with a past, and finds what is wrong', async (context) => {
  need(context, noProgram('python3'));
  const here = new Machine();
  const source = new LivingSource(here.projects, 3);
  for (let run = 0; run < 4; run++) {
    source.work();
    expect((await here.run(['backup', '--source', 'mac', '--to', 'kept'])).code).toBe(0);
  }
  const kept = join(here.cwd, 'kept');
  const reader = join(here.root, 'reader.py');
  writeFileSync(
    reader,
    /## A reader\n.*?```python\n(.*?)```/s.exec(readFileSync(PAGE, 'utf8'))?.[1] ??
      'raise Exception("no reader")',
  );
  const read = (): { status: number | null; stdout: string; stderr: string } =>
    spawnSync('python3', [reader, kept], { encoding: 'utf8', timeout: 60_000 });
  const { status, stdout, stderr } = read();
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/source-mac\/repo-(shop|notes): \d+ files, the chain holds/),
    expect.stringMatching(/source-mac\/repo-(shop|notes): \d+ files, the chain holds/),
  ]);

  const flip = (path: string): (() => void) => {
    const bytes = readFileSync(path);
    const flipped = Buffer.from(bytes);
    const at = bytes.length >> 1;
    flipped[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, flipped);
    return () => writeFileSync(path, bytes);
  };
  const live = join(kept, 'source-mac', 'repo-shop');
  const log = join(live, readdirSync(live).sort().at(-1) ?? '');
  const unflip = flip(log);
  expect(read().stderr).toContain('other bytes than recorded');
  unflip();
  const ledger = join(kept, '.sessionkeep', 'source-mac', 'repo-shop', 'ledger', '000001.log');
  const mend = flip(ledger);
  expect(read().status).toBe(1);
  mend();
  expect(read().status).toBe(0);
  rmSync(log);
  expect(read().status).toBe(1);
});

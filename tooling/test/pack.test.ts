import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAll } from '../pack.mjs';
import { publishablePackages } from '../workspace.mjs';

const run = promisify(execFile);

/** What is packed is what `npm test` has built just before. */
const packages = publishablePackages();
const entries = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.exports)
    .filter((entry) => entry !== './package.json')
    .map((entry): string => manifest.name + entry.slice(1)),
);

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'sessionkeep-pack-'));
  const packed = await packAll(join(project, 'tarballs'));
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const tarballs = packed.map(({ tarball }) => tarball);
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], { cwd: project });
}, 300_000);

afterAll(() => rm(project, { recursive: true, force: true }));

describe('packed, and installed by npm into an empty project', () => {
  it.each(entries)('%s can be imported', async (entry) => {
    const script = `const m = await import('${entry}'); console.log(Object.keys(m).length);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: project,
    });
    expect(Number(stdout)).toBeGreaterThan(0);
  });

  it('sessionkeep runs', async () => {
    const { manifest } = packages.find(({ manifest }) => manifest.name === 'sessionkeep')!;
    const { stdout } = await run(join(project, 'node_modules/.bin/sessionkeep'), ['--version'], {
      cwd: project,
    });
    expect(stdout.trim()).toContain(manifest.version);
  });
});

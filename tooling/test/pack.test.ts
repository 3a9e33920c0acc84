import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAll } from '../pack.mjs';
import { publishablePackages, root } from '../workspace.mjs';

const run = promisify(execFile);

/** What is packed is what `npm test` has built just before. */
const packages = publishablePackages();
const entries = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.exports)
    .filter((entry) => entry !== './package.json')
    .map((entry): string => manifest.name + entry.slice(1)),
);

let project: string;
let packed: Awaited<ReturnType<typeof packAll>>;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'sessionkeep-pack-'));
  packed = await packAll(join(project, 'tarballs'));
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

  it('sessionkeep has the schema that configurations name', async () => {
    const file = join(project, 'node_modules/sessionkeep/dist/sessionkeep.schema.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ title: 'sessionkeep.yaml' });
  });

  it.each(['sessionkeep', 'sessionkeep-cronjob'])('%s runs', async (name) => {
    const { manifest } = packages.find(({ manifest }) => manifest.name === name)!;
    const { stdout } = await run(join(project, 'node_modules/.bin', name), ['--version'], {
      cwd: project,
    });
    expect(stdout.trim()).toContain(manifest.version);
  });

  it('the examples run, and types do what they say', async () => {
    const examples = ['plan-by-hand.ts', 'back-up.ts', 'read-an-archive.ts'];
    for (const name of examples) await copyFile(join(root, 'examples', name), join(project, name));
    const example = async (name: string, ...args: string[]): Promise<string> =>
      (await run(process.execPath, [name, ...args], { cwd: project })).stdout;
    expect(await example('plan-by-hand.ts')).toContain('adopted     partly-there');
    await mkdir(join(project, 'projects/-code-shop'), { recursive: true });
    const session = '{"type":"ai-title","aiTitle":"A session","cwd":"/code/shop"}\n';
    const id = '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f';
    await writeFile(join(project, `projects/-code-shop/${id}.jsonl`), session);
    expect(await example('back-up.ts', 'projects', 'archive')).toContain('done: 1 repos, 1 files');
    expect(await example('read-an-archive.ts', 'archive')).toContain('A session');

    // As somebody else's compiler sees them, with the strictest resolver and every declaration checked.
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2023',
      lib: ['es2024'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: examples }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const checked = await run(process.execPath, [tsc, '-p', project]).catch((cause: unknown) => cause);
    expect(checked).toMatchObject({ stdout: '' });
  });

  it('sessionkeep, installed for everybody, has its man page where man looks', async () => {
    const { tarball } = packed.find(({ name }) => name === 'sessionkeep')!;
    const prefix = join(project, 'global');
    await run('npm', ['install', '--global', '--no-audit', '--no-fund', '--prefix', prefix, tarball]);
    expect(await readFile(join(prefix, 'share/man/man1/sessionkeep.1'), 'utf8')).toContain('.SH NAME');
  }, 120_000);
});

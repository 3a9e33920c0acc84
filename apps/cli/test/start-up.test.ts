import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Machine, MAIN } from './helpers/run-built.js';

/** Tells of every module on stderr, as Node loads it. */
const TRACER = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (process._rawDebug('loads ' + url), next(url, context)) });
`)}`;

function modulesOf(...args: readonly string[]): { stdout: string; loaded: string[] } {
  const { cwd, home } = new Machine();
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', TRACER, MAIN, ...args], {
    cwd,
    env: { HOME: home, PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  return { stdout, loaded: [...stderr.matchAll(/^loads (.*)$/gm)].map(([, url = '']) => url) };
}

const ofOurs = (loaded: readonly string[]): string[] => loaded.filter((url) => url.startsWith('file:'));

test.each(['--version', '-V', 'version'])('%s reads next to nothing', (arg) => {
  const { stdout, loaded } = modulesOf(arg);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  expect(loaded).toContain(pathToFileURL(MAIN).href);
  // The bundler's helpers have a file of their own, of a few lines.
  const bytes = ofOurs(loaded).map((url) => statSync(fileURLToPath(url)).size);
  expect(bytes.length).toBeLessThanOrEqual(2);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4096);
  expect(loaded.filter((url) => url.startsWith('node:') && url !== 'node:module')).toEqual([]);
});

test.each([[['help']], [['completion', 'bash']], [['backup', '--nonsense']]])(
  '%j reads neither the engine nor a parser of configurations',
  (args) => {
    const text = ofOurs(modulesOf(...args).loaded)
      .map((url) => readFileSync(fileURLToPath(url), 'utf8'))
      .join('');
    expect(text).toContain('there is no command');
    for (const sign of ['runs.log', 'ZodError', 'YAMLParseError']) expect(text).not.toContain(sign);
  },
);

test('the SMB client is read by who goes to a share, and by nobody else', () => {
  const readsIt = (...args: readonly string[]): boolean =>
    ofOurs(modulesOf(...args).loaded).some((url) =>
      readFileSync(fileURLToPath(url), 'utf8').includes('NTLMSSP'),
    );
  for (const command of ['backup', 'verify', 'status', 'doctor', 'init'])
    expect([command, readsIt(command, '--from', '.', '--to', 'kept')]).toEqual([command, false]);
  expect(readsIt('config', 'check', '--config', '/dev/null')).toBe(false);
  expect(readsIt('doctor', '--to', 'smb://guest@127.0.0.1:1/share')).toBe(true);
});

test('the Kubernetes client is read by who goes to a cluster, and by nobody else', () => {
  const readsIt = (...args: readonly string[]): boolean =>
    ofOurs(modulesOf(...args).loaded).some((url) =>
      readFileSync(fileURLToPath(url), 'utf8').includes('SelfSubjectAccessReview'),
    );
  for (const command of ['backup', 'verify', 'status', 'doctor', 'init'])
    expect([command, readsIt(command, '--from', '.', '--to', 'kept')]).toEqual([command, false]);
  expect(readsIt('backup', '--from', '.', '--to', 'smb://guest@127.0.0.1:1/share')).toBe(false);
  expect(readsIt('config', 'check', '--config', '/dev/null')).toBe(false);
  expect(readsIt('doctor', '--from', 'k8s://default/pod/web-0/~/x')).toBe(true);
});

test('names are completed without the schema of configurations', () => {
  const text = ofOurs(modulesOf('completion', 'targets', '--config', '/dev/null').loaded)
    .map((url) => readFileSync(fileURLToPath(url), 'utf8'))
    .join('');
  expect(text).toContain('YAMLParseError');
  for (const sign of ['runs.log', 'ZodError']) expect(text).not.toContain(sign);
});

test('whoever stops reading the version is no error, and a full disk is one', () => {
  if (process.platform !== 'linux') return;
  const run = (line: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; '${process.execPath}' '${MAIN}' ${line}`], {
      encoding: 'utf8',
    });
  expect(run('--version | true')).toMatchObject({ status: 0, stderr: '' });
  const full = run('--version > /dev/full');
  expect(full).toMatchObject({ status: 1, stderr: 'error: writing to standard output failed: ENOSPC\n' });
});

test.each([
  ['20.19.5', 2],
  ['22.18.0', 2],
  ['22.19.0', 0],
  ['24.0.0', 0],
])('under Node %s it ends with %i', (version, code) => {
  const pretend = `data:text/javascript,${encodeURIComponent(
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
  )}`;
  const { cwd, home } = new Machine();
  const env = { HOME: home, PATH: process.env['PATH'] };
  const ran = spawnSync(process.execPath, ['--import', pretend, MAIN, 'help'], {
    cwd,
    env,
    encoding: 'utf8',
  });
  expect(ran.status).toBe(code);
  const told = `error: sessionkeep needs Node 22.19 or later; this is ${version}\n`;
  expect(ran.stderr).toBe(code === 0 ? '' : told);
});

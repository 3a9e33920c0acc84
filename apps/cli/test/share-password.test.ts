import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { need } from './helpers/needs.js';
import type { Machine, Ran } from './helpers/run-built.js';
import { PASSWORD, ShareMachine, useSamba } from './helpers/shares.js';
import { KEY, noTerminal, Terminal } from './helpers/terminal.js';

const samba = useSamba();
const NONE = { SESSIONKEEP_SMB_PASSWORD: '' };

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}

/** A configuration whose target has the lines given. */
function config(here: ShareMachine, path: string, ...lines: string[]): void {
  const more = lines.map((line) => `    ${line}\n`).join('');
  write(
    path,
    `sources:
  mac: { type: local, path: ~/.claude/projects, repos: auto }
targets:
  nas:
    type: smb
    url: ${here.url}
${more}`,
  );
}

describe('a password comes', () => {
  test.each([
    ['from the file of --password-file', ['password: { env: UNSET }'], ['--password-file', '~/pw']],
    ['from the variable that the configuration names', ['password: { env: OTHER }'], []],
    ['from the file that it names', ['password: { file: ~/pw }'], []],
    ['from the program that it names', ['password: { command: [cat, ../home/pw] }'], []],
  ])('%s', async (_, lines, args) => {
    const here = new ShareMachine(samba());
    config(here, join(here.cwd, 'sessionkeep.yaml'), ...lines);
    write(join(here.home, 'pw'), `${PASSWORD}\nof the NAS\n`);
    const env = { ...NONE, OTHER: PASSWORD };
    const ran = await here.run(['backup', '--config', 'sessionkeep.yaml', '--json', ...args], { env });
    expect([ran.code, ran.stderr, ran.summary['copied']]).toEqual([0, '', 3]);
  });

  test('from a program only where the configuration is the user’s own, or named', async () => {
    const here = new ShareMachine(samba());
    const marker = join(here.root, 'ran');
    const line = `password: { command: [sh, -c, 'echo ${PASSWORD}; touch ${marker}'] }`;
    config(here, join(here.cwd, 'sessionkeep.yaml'), line);
    const refused = await here.run(['backup', '--json'], { env: NONE });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('sessionkeep.yaml:7: targets.nas.password: a command is not run');
    for (const command of [['config', 'check'], ['status'], ['ls'], ['doctor'], ['verify']])
      expect((await here.run(command, { env: NONE })).code, command[0]).toBe(2);
    expect(readdirSync(here.root)).not.toContain('ran');

    config(here, join(here.home, '.config', 'sessionkeep', 'sessionkeep.yaml'), line);
    writeFileSync(join(here.cwd, 'sessionkeep.yaml'), '');
    const elsewhere = join(here.root, 'elsewhere');
    mkdirSync(elsewhere);
    Object.defineProperty(here, 'cwd', { value: elsewhere });
    const ran = await here.run(['backup', '--json'], { env: NONE });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(readdirSync(here.root)).toContain('ran');
  });

  test('from nowhere: without a terminal that is said at once, with what to do', async () => {
    const here = new ShareMachine(samba());
    const ran = await here.run(['backup', '--to', here.url], { env: NONE });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`Password for ${here.url}: there is no terminal to ask at`);
    expect(ran.stderr).toContain('set SESSIONKEEP_SMB_PASSWORD, give --password-file FILE');
    expect(here.isThere()).toBe(false);
  });

  test('from who types it, once a run, and it is not shown', async (context) => {
    need(context, noTerminal());
    const here = new ShareMachine(samba());
    const typing = (...args: string[]): Terminal => {
      const asked = withoutVariable(here);
      return new Terminal(asked, [...args, '--to', here.url]);
    };
    const terminal = typing('backup', '--source', 'mac');
    await terminal.answer(`Password for ${here.url}: `, PASSWORD, KEY.enter);
    const { code, text } = await terminal.ended;
    expect([code, text.split('Password for').length]).toEqual([0, 2]);
    expect(text).toContain('All of it is kept.');
    expect(text).not.toContain(PASSWORD.slice(0, 4));

    const wrong = typing('status');
    await wrong.answer('Password for', 'wrong', KEY.enter);
    expect(await wrong.ended).toMatchObject({ code: 6, text: expect.stringContaining('is wrong') as string });
    const left = typing('status');
    await left.answer('Password for', KEY.interrupt);
    expect((await left.ended).code).toBe(130);
  });

  test('from who types it, for all targets before the first one is worked on', async (context) => {
    need(context, noTerminal());
    const here = new ShareMachine(samba());
    const other = here.url.replace(/\/\/.*@/, '//somebody@');
    write(
      join(here.cwd, 'sessionkeep.yaml'),
      `sources:
  mac: { type: local, path: ~/.claude/projects, repos: auto }
targets:
  nas: { type: smb, url: '${here.url}' }
  theirs: { type: smb, url: '${other}/other' }
`,
    );
    const terminal = new Terminal(withoutVariable(here), ['backup']);
    await terminal.answer(`Password for ${here.url}: `, PASSWORD, KEY.enter);
    await terminal.answer(`Password for ${other}/other: `, 'wrong', KEY.enter);
    const { code, text } = await terminal.ended;
    expect(code).toBe(3);
    expect(text.slice(0, text.lastIndexOf('Password for'))).not.toMatch(/\[#*-*\]/);
    expect(here.isThere('source-mac')).toBe(true);
  });
});

/** The same machine, whose environment has no password. */
function withoutVariable(here: ShareMachine): Machine {
  return Object.create(here, { env: { value: { ...here.env, ...NONE } } }) as Machine;
}

describe('a password is refused', () => {
  const SECRET = 'Geheim-4711';

  test.each(['--to', '--from'])('in the URL of %s', async (option) => {
    const here = new ShareMachine(samba());
    for (const command of ['backup', 'doctor']) {
      const ran = await here.run([command, option, `smb://me:${SECRET}@127.0.0.1/share`, '--json']);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain(`${option}: the URL has a password in it; command lines, process lists`);
      expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    }
  });

  test.each([
    [`url: smb://me:${SECRET}@nas/share`, 'targets.nas.url: the URL has a password in it'],
    [`url: smb://me@nas/share\n    password: ${SECRET}`, 'targets.nas.password: must not stand in the file'],
    [`url: smb://me@nas/share\n    password: { plain: ${SECRET} }`, 'targets.nas.password'],
    [`url: smb://me@nas/share\n    password: { env: A, file: B }`, 'targets.nas.password'],
  ])('in the configuration: %s', async (lines, told) => {
    const here = new ShareMachine(samba());
    const path = join(here.cwd, 'sessionkeep.yaml');
    write(path, `targets:\n  nas:\n    type: smb\n    ${lines}\n`);
    for (const args of [
      ['config', 'check'],
      ['backup', '--json'],
    ]) {
      const ran = await here.run(args);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(told)]);
      expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    }
  });
});

describe('a password is nowhere to be seen', () => {
  test('in what is printed, written, remembered, planned or shown of a process, whatever goes wrong', async () => {
    const here = new ShareMachine(samba());
    const said: Ran[] = [];
    const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<void> => {
      const running = here.start([...args], { env: { SESSIONKEEP_DEBUG: '1', ...env } });
      expect(commandLine(running.pid)).not.toContain(PASSWORD);
      said.push(await running.ended);
    };
    const to = ['--to', here.url];
    await run(['backup', ...to, '-v']);
    await run(['backup', ...to, '--json']);
    await run(['plan', ...to, '--out', 'p.plan']);
    await run(['verify', ...to, '-v']);
    await run(['status', ...to, '--json']);
    await run(['doctor', ...to]);
    await run(['doctor', ...to, '--json']);
    await run(['init', '--yes', '--rebind', '--config', 'made.yaml', ...to]);
    await run(['config', 'check', '--config', 'made.yaml', '--json']);
    expect(said.map(({ code }) => code)).toEqual(said.map(() => 0));
    const { length } = said;
    const nowhere = here.url.replace(/\/share\/.*$/, '/nowhere');
    await run(['backup', '--to', nowhere, '-v']);
    await run(['doctor', '--to', nowhere]);
    await run(['backup', '--to', here.url.replace('nobody', 'somebody').replace('root', 'somebody')]);
    expect(said.slice(length).map(({ code }) => code)).toEqual([6, 6, 6]);
    await samba().kill();
    await run(['backup', ...to, '-v']);
    await run(['doctor', ...to]);
    await samba().restart();
    expect(said.slice(-2).map(({ code }) => code)).toEqual([6, 6]);
    for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain(PASSWORD);
    for (const folder of [here.root, here.kept])
      for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ))
        if (lstatSync(path).isFile()) expect(readFileSync(path).includes(PASSWORD), path).toBe(false);
  });

  test('a file that others may read is warned of, and used', async () => {
    const here = new ShareMachine(samba());
    writeFileSync(join(here.home, 'pw'), `${PASSWORD}\n`, { mode: 0o644 });
    const ran = await here.run(['backup', '--to', here.url, '--password-file', '~/pw'], { env: NONE });
    expect([ran.code, ran.stderr]).toEqual([
      0,
      expect.stringMatching(/^warning: --password-file: others may read .*; chmod 600/m),
    ]);
    const missing = await here.run(['status', '--to', here.url, '--password-file', 'none']);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('cannot be read: ENOENT')]);
  });
});

/** Nothing where it has ended already, or this system shows no processes there. */
function commandLine(pid: number): string {
  const path = `/proc/${pid.toString()}/cmdline`;
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

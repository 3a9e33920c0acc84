import { needSamba, startSamba } from '@sessionkeep/testkit/samba';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { need, noProgram } from './helpers/needs.js';
import { Machine, MAIN, type Ran } from './helpers/run-built.js';
import { writeSessions } from './helpers/sessions.js';
import { PASSWORD, ShareMachine, useSamba } from './helpers/shares.js';
import { Tmux } from './helpers/tmux.js';

/** `write: fine`, for each step. */
function steps({ events }: Ran): string[] {
  return events
    .filter(({ type }) => type === 'finding')
    .map(({ step, outcome }) => `${String(step)}: ${String(outcome)}`);
}

function finding({ events }: Ran, step: string): Record<string, unknown> {
  return events.find((event) => event['step'] === step) ?? {};
}

const IN_A_FOLDER = ['write', 'clock', 'read', 'time', 'rename', 'names'];
const TO_A_SHARE = ['name', 'port', 'dialect', 'sign-in', 'signing', 'encryption', 'share', 'space'];
const fine = (names: readonly string[]): string[] => names.map((name) => `${name}: fine`);

describe('doctor on a share', () => {
  const samba = useSamba({
    shares: { share: {}, looking: { readOnly: true }, exact: { caseSensitive: 'yes' } },
  });

  test('every step from the name of the server on, and nothing is left there', async () => {
    const here = new ShareMachine(samba());
    const before = await here.json('doctor');
    expect([before.code, before.stderr]).toEqual([0, '']);
    expect(steps(before)).toEqual(fine([...TO_A_SHARE, 'folder', ...IN_A_FOLDER, 'delete']));
    expect(finding(before, 'folder')['says']).toContain('is not there yet');
    expect(here.isThere()).toBe(false);
    expect((await here.backup()).code).toBe(0);
    const after = await here.json('doctor');
    expect([after.code, steps(after)]).toEqual([0, steps(before)]);
    expect(finding(after, 'folder')['says']).toBe('is there');
    expect(after.summary).toMatchObject({ command: 'doctor', ok: true, fine: 16, odd: 0, failed: 0 });
    expect(readdirSync(here.kept).sort()).toEqual(['.sessionkeep', 'source-mac']);
    expect(finding(after, 'dialect')['says']).toBe('SMB 3.1.1');
    expect(finding(after, 'signing')['says']).toContain('AES');
    expect(finding(after, 'names')['says']).toContain('"a" and "A" are one file');
    const exact = await here.run(['doctor', '--to', here.url.replace('/share/', '/exact/'), '--json']);
    expect(finding(exact, 'names')['says']).toContain('"a" and "A" are two files');
  });

  test('fits into 80 columns of a terminal, with the step at the front and what to do below', async (context) => {
    need(context, noProgram('tmux', '-V'));
    const here = new ShareMachine(samba());
    const tmux = new Tmux(here, { columns: 80, rows: 60 });
    const url = here.url.replace('/share/', '/looking/');
    tmux.type(`clear; '${MAIN}' doctor --to ${url}`);
    const lines = await tmux.until((all) => all.some((line) => line.includes('1 step failed')), 'the end');
    expect(lines).toContain(`target ${url}`);
    expect(lines).toContain('  ok      dialect     SMB 3.1.1');
    const failed = lines.findIndex((line) => line.startsWith('  failed  write       could not create'));
    const below = lines.slice(failed + 1).filter((line) => line.startsWith(' '.repeat(22)));
    expect(below.join(' ')).toMatch(/→ this user may only read on this share/);
    expect(tmux.coloured()).toContain('\x1b[31mfailed');
  });

  test.each([
    [
      'a name that nobody knows',
      'name',
      'smb://me@nowhere.invalid/share',
      'nowhere.invalid',
      'check the name',
    ],
    [
      'a port at which nothing listens',
      'port',
      'smb://me@127.0.0.1:1/share',
      'ECONNREFUSED',
      'check that the server runs',
    ],
  ])('%s', async (_, step, url, says, hint) => {
    const ran = await new Machine().run(['doctor', '--to', url, '--json'], {
      env: { SESSIONKEEP_SMB_PASSWORD: PASSWORD },
    });
    expect([ran.code, steps(ran).at(-1), ran.summary['failed']]).toEqual([6, `${step}: failed`, 1]);
    expect(finding(ran, step)).toMatchObject({
      says: expect.stringContaining(says) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });

  test('a wrong password, a share that is not there, one that may only be read, a file in place of the folder', async () => {
    const here = new ShareMachine(samba());
    const wrong = await here.run(['doctor', '--to', here.url, '--json'], {
      env: { SESSIONKEEP_SMB_PASSWORD: 'wrong' },
    });
    expect([wrong.code, steps(wrong)]).toEqual([6, ['name: fine', 'port: fine', 'sign-in: failed']]);
    expect(finding(wrong, 'sign-in')['hint']).toContain('check user name, domain and password');
    const unknown = await here.run(['doctor', '--to', here.url.replace('/share/', '/nowhere/'), '--json']);
    expect([unknown.code, steps(unknown).at(-1)]).toEqual([6, 'share: failed']);
    expect(finding(unknown, 'share')['hint']).toContain('check the name of the share');
    const looking = await here.run(['doctor', '--to', here.url.replace('/share/', '/looking/'), '--json']);
    expect([looking.code, steps(looking).at(-1)]).toEqual([6, 'write: failed']);
    expect(finding(looking, 'write')['hint']).toContain('may only read on this share');
    mkdirSync(join(here.kept, '..'), { recursive: true });
    writeFileSync(here.kept, 'a file');
    const file = await here.json('doctor');
    expect([file.code, steps(file).at(-1)]).toEqual([6, 'folder: failed']);
  });

  test('no password: what to do is said, and nothing is connected to', async () => {
    const here = new ShareMachine(samba());
    const ran = await here.run(['doctor', '--to', here.url, '--json'], {
      env: { SESSIONKEEP_SMB_PASSWORD: '' },
    });
    expect([ran.code, steps(ran)]).toEqual([6, ['sign-in: failed']]);
    expect(finding(ran, 'sign-in')['hint']).toContain('SESSIONKEEP_SMB_PASSWORD');
  });

  test('all that a configuration names, source and target; what goes unencrypted is odd, and no failure', async () => {
    const here = new ShareMachine(samba());
    writeFileSync(
      join(here.cwd, 'sessionkeep.yaml'),
      `sources:
  mac: { type: local, path: ~/.claude/projects, repos: auto }
targets:
  nas: { type: smb, url: '${here.url}', encryption: off }
`,
    );
    const ran = await here.run(['doctor', '--json']);
    expect([ran.code, ran.summary['odd']]).toEqual([0, 1]);
    expect(finding(ran, 'encryption')).toMatchObject({ outcome: 'odd', kind: 'target', name: 'nas' });
    expect(ran.events).toContainEqual(
      expect.objectContaining({ kind: 'source', name: 'mac', step: 'folder' }),
    );
    const source = await here.run(['doctor', '--source', 'mac', '--json']);
    expect(steps(source)).toEqual(['folder: fine']);
  });
});

describe('doctor on a server of another kind', () => {
  test.for([
    ['SMB 2.1 has no encryption', { maxProtocol: 'SMB2_10' }, 'if-offered', 'encryption: odd', 'is off'],
    [
      'none where it is wanted',
      { maxProtocol: 'SMB2_10' },
      'required',
      'encryption: failed',
      'no encryption',
    ],
    [
      'it is demanded, and kept away',
      { encrypt: 'required' },
      'off',
      'sign-in: failed',
      'may demand encryption',
    ],
    ['too old', { maxProtocol: 'SMB2_02' }, 'if-offered', 'dialect: failed', '2.1 to 3.1.1'],
  ] as const)('%s', async ([, options, encryption, step, told], context) => {
    needSamba(context);
    await using samba = await startSamba({ ...options, ...(process.getuid?.() === 0 && { user: 'nobody' }) });
    const here = new ShareMachine(samba);
    const config = `targets:\n  nas: { type: smb, url: '${here.url}', encryption: ${encryption} }\n`;
    writeFileSync(join(here.cwd, 'sessionkeep.yaml'), config);
    const ran = await here.run(['doctor', '--to', 'nas', '--json']);
    expect([ran.code, steps(ran)]).toEqual([step.endsWith('odd') ? 0 : 6, expect.arrayContaining([step])]);
    expect(JSON.stringify(finding(ran, step.split(':')[0] ?? ''))).toContain(told);
  });
});

describe('doctor on a folder', () => {
  test('every step, and nothing is left there; the source is only looked at', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    const ran = await here.run(['doctor', '--to', 'kept', '--json']);
    expect([ran.code, ran.stderr, steps(ran).filter((step) => !step.endsWith('fine'))]).toEqual([0, '', []]);
    for (const step of ['folder', ...IN_A_FOLDER, 'space', 'delete'])
      expect(steps(ran)).toContain(`${step}: fine`);
    expect(readdirSync(here.cwd)).toEqual([]);
    const both = await here.run(['doctor', '--json']);
    expect(steps(both).filter((step) => step.startsWith('folder'))).toEqual(['folder: fine', 'folder: fine']);
    const people = await here.run(['doctor']);
    expect([people.code, people.stdout.split('\n').at(-2)]).toEqual([0, 'All of it works.']);
    for (const line of people.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('a folder that may not be written to, a file in its place, a source that is not there: exit 6', async () => {
    const here = new Machine();
    mkdirSync(join(here.cwd, 'closed'));
    chmodSync(join(here.cwd, 'closed'), 0o500);
    writeFileSync(join(here.cwd, 'file'), '');
    symlinkSync('nowhere', join(here.cwd, 'link'));
    here.withoutRoot();
    const closed = await here.run(['doctor', '--to', 'closed', '--json']);
    expect([closed.code, steps(closed).at(-1)]).toEqual([6, 'write: failed']);
    for (const to of ['file', 'link'])
      expect((await here.run(['doctor', '--to', to, '--json'])).code, to).toBe(6);
    const source = await here.run(['doctor', '--from', 'nowhere', '--json']);
    expect([source.code, steps(source)]).toEqual([6, ['folder: failed']]);
    expect(finding(source, 'folder')['hint']).toContain('check the path');
    chmodSync(join(here.cwd, 'closed'), 0o700);
  });

  test('what is left of a doctor that was killed is no archive’s, and harms none', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    expect((await here.run(['backup', '--to', 'kept', '--json'])).code).toBe(0);
    const probe = join(here.cwd, 'kept', '.sessionkeep-doctor-1');
    mkdirSync(probe);
    writeFileSync(join(probe, 'probe'), 'x');
    for (const command of ['backup', 'verify', 'status'])
      expect((await here.run([command, '--to', 'kept', '--json'])).code, command).toBe(0);
    expect(existsSync(probe)).toBe(true);
    rmSync(probe, { recursive: true });
  });
});

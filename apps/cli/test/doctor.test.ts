import { needSamba, startSamba } from '@sessionkeep/testkit/samba';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownerFinding } from '../src/doctor/owner-finding.js';
import { mountSmall, noMounts, remount } from './helpers/mounts.js';
import { need, noProgram } from './helpers/needs.js';
import { Machine, MAIN, type Ran } from './helpers/run-built.js';
import { writeFiles, writeSessions } from './helpers/sessions.js';
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
    expect(steps(source)).toEqual(fine(['mount', 'folder', 'files', 'unsaved', 'retention']));
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
    expect([source.code, steps(source)]).toEqual([6, ['mount: fine', 'folder: failed']]);
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

describe('doctor on what a folder lies on', () => {
  const nowhere = process.platform === 'darwin' ? '/media/nobody/nas' : '/Volumes/nas';

  test('a share that is not mounted: its empty folder is no place for an archive, and nothing is written', async () => {
    const here = new Machine();
    const ran = await here.run(['doctor', '--to', join(nowhere, 'sessions'), '--json']);
    expect([ran.code, steps(ran)]).toEqual([6, ['mount: failed']]);
    expect(finding(ran, 'mount')).toMatchObject({
      says: expect.stringContaining(`nothing is mounted at ${nowhere}/sessions`) as string,
      hint: expect.stringContaining('mount the share') as string,
    });
    expect(existsSync(nowhere)).toBe(false);
    const people = await here.run(['doctor', '--to', join(nowhere, 'sessions')]);
    expect(people.stdout).toContain('What comes after this needs it');
  });

  test('a mount: where it is, and of what; memory is odd', async (context) => {
    need(context, existsSync('/dev/shm') ? null : 'there is no /dev/shm');
    const folder = mkdtempSync('/dev/shm/sessionkeep-');
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const ran = await new Machine().run(['doctor', '--to', folder, '--json']);
    expect([ran.code, steps(ran)[0]]).toEqual([0, 'mount: odd']);
    expect(finding(ran, 'mount')['facts']).toMatchObject({ mount: '/dev/shm', type: 'tmpfs' });
    const disk = await new Machine().run(['doctor', '--to', 'kept', '--json']);
    expect(finding(disk, 'mount')['facts']).not.toMatchObject({ mount: '/dev/shm' });
  });

  test('a mount that may only be read', async (context) => {
    need(context, noMounts());
    const here = new Machine();
    mountSmall(join(here.cwd, 'nas'), '64k');
    remount(join(here.cwd, 'nas'), 'ro');
    const ran = await here.run(['doctor', '--to', 'nas', '--json']);
    expect([ran.code, steps(ran)]).toEqual([6, ['mount: failed']]);
    expect(finding(ran, 'mount')['says']).toContain('mounted read-only');
  });
});

describe('doctor on who may do what', () => {
  test('files of a source that cannot be read: how many, and which', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    const files = ['one', 'two', 'three', 'four'].map((name) => join(here.projects, '-a', `${name}.jsonl`));
    writeFiles(
      here.projects,
      Object.fromEntries(files.map((path) => [path.slice(here.projects.length + 1), 'x'])),
    );
    for (const path of files) chmodSync(path, 0);
    here.withoutRoot();
    const ran = await here.run(['doctor', '--from', here.projects, '--json']);
    expect([ran.code, steps(ran)]).toEqual([
      6,
      ['mount: fine', 'folder: fine', 'files: failed', 'retention: fine'],
    ]);
    expect(finding(ran, 'files')).toMatchObject({
      says: expect.stringMatching(/^4 files and folders cannot be read: -a\/\w+\.jsonl.* …$/) as string,
      facts: { files: 8, unreadable: 4 },
    });
    const whole = await new Machine().run(['doctor', '--from', '.', '--json']);
    expect(finding(whole, 'files')['facts']).toMatchObject({ files: 0, unreadable: 0 });
  });

  test('what a backup of root left behind: whose it is, and what to do', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    expect((await here.run(['backup', '--source', 'mac', '--to', 'kept', '--json'])).code).toBe(0);
    const mine = await here.run(['doctor', '--to', 'kept', '--json']);
    expect([mine.code, finding(mine, 'owner')['outcome']]).toEqual([0, 'fine']);
    chmodSync(join(here.cwd, 'kept'), 0o755);
    const [repo = ''] = readdirSync(join(here.cwd, 'kept', 'source-mac'));
    const folder = join(here.cwd, 'kept', 'source-mac', repo);
    const [file = ''] = readdirSync(folder);
    chmodSync(join(folder, file), 0o644);
    const open = await here.run(['doctor', '--to', 'kept', '--json']);
    expect([open.code, finding(open, 'owner')]).toMatchObject([
      0,
      { outcome: 'odd', says: 'others on this machine may read 1 file', facts: { readableByOthers: 1 } },
    ]);
    if (process.getuid?.() !== 0) {
      const signal = new AbortController().signal;
      const uid = process.getuid?.() ?? 0;
      expect(await ownerFinding('/etc', { uid, remote: false, signal })).toMatchObject({
        outcome: 'failed',
        says: expect.stringMatching(/files and folders of root .*cannot be written to by/) as string,
      });
      return;
    }
    here.withoutRoot();
    const root = await new Machine().run(['doctor', '--to', join(here.cwd, 'kept'), '--json']);
    expect([root.code, finding(root, 'owner')]).toMatchObject([
      0,
      { outcome: 'odd', says: expect.stringContaining('and this is root') as string },
    ]);
    chownSync(join(folder, file), 0, 0);
    const ran = await here.run(['doctor', '--to', 'kept', '--json']);
    expect([ran.code, finding(ran, 'owner')]).toMatchObject([
      6,
      {
        outcome: 'failed',
        says: expect.stringContaining(`1 file or folder of root cannot be written to by`) as string,
        hint: expect.stringContaining('sudo chown -R 65534') as string,
        facts: { foreign: 1 },
      },
    ]);
    expect(finding(ran, 'owner')['says']).toContain(`source-mac/${repo}/${file}`);
  });

  test('a configuration that others may change, a password’s file that others may read', async () => {
    const here = new Machine();
    const config = join(here.cwd, 'sessionkeep.yaml');
    const secret = join(here.home, 'password');
    writeFileSync(secret, 'Tr0ub4dor', { mode: 0o644 });
    writeFileSync(
      config,
      "targets: { nas: { type: smb, url: 'smb://me@127.0.0.1:1/share', password: { file: ~/password } } }\n",
    );
    chmodSync(config, 0o666);
    chmodSync(secret, 0o644);
    const ran = await here.run(['doctor', '--json']);
    expect(finding(ran, 'config')).toMatchObject({
      kind: 'config',
      name: 'sessionkeep.yaml',
      location: config,
      outcome: 'odd',
      says: expect.stringContaining('others may change it (mode 0666)') as string,
      hint: `chmod go-w ${config}`,
    });
    expect(finding(ran, 'secret')).toMatchObject({ outcome: 'odd', hint: `chmod 600 ${secret}` });
    expect(ran.stdout).not.toContain('Tr0ub4dor');
    chmodSync(config, 0o644);
    chmodSync(secret, 0o600);
    const tidy = await here.run(['doctor', '--json']);
    expect(steps(tidy).slice(0, 3)).toEqual(['config: fine', 'secret: fine', 'name: fine']);
    expect(finding(await here.run(['doctor', '--to', 'nas', '--json']), 'config')).toEqual({});
  });
});

describe('doctor on what no backup has kept', () => {
  const DAY = 86_400_000;
  const age = (path: string, days: number): void => {
    const then = new Date(Date.now() - days * DAY);
    utimesSync(path, then, then);
  };

  test('sessions that Claude Code deletes within three days: which target lacks them, and what to do', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    writeFileSync(
      join(here.cwd, 'sessionkeep.yaml'),
      `sources:
  mac: { type: local, path: ~/.claude/projects, repos: auto }
targets:
  one: { type: local, path: ./one }
  two: { type: local, path: ./two }
`,
    );
    writeFiles(here.projects, {
      '-home-anna-shop/old.jsonl': 'x'.repeat(500),
      '-home-anna-shop/older.jsonl': 'y',
    });
    age(join(here.projects, '-home-anna-shop', 'old.jsonl'), 29);
    age(join(here.projects, '-home-anna-shop', 'older.jsonl'), 40);
    const retention = async (): Promise<Record<string, unknown>[]> => {
      const ran = await here.run(['doctor', '--source', 'mac', '--json']);
      expect(ran.code).toBe(0);
      return ran.events.filter(({ step }) => step === 'retention');
    };
    const due = {
      sessions: 2,
      files: 2,
      bytes: 501,
      oldestDays: 40,
      retentionDays: 30,
      retentionFrom: 'default',
    };
    expect(await retention()).toMatchObject([
      { outcome: 'odd', facts: { target: 'one', ...due } },
      { outcome: 'odd', facts: { target: 'two', ...due } },
    ]);
    expect((await here.run(['backup', '--to', 'one', '-q'])).code).toBe(0);
    const [only, ...rest] = await retention();
    expect([rest, only]).toMatchObject([[], { outcome: 'odd', facts: { target: 'two', ...due } }]);
    expect(only!['says']).toBe(
      'within 3 days Claude Code deletes 2 sessions (501 B) that two does not have; the oldest was last changed 40 d ago',
    );
    expect(only!['hint']).toContain(`raise cleanupPeriodDays in ${join(here.home, '.claude/settings.json')}`);
    const settings = join(here.home, '.claude', 'settings.json');
    writeFileSync(settings, '{ "cleanupPeriodDays": 365 }');
    expect(await retention()).toMatchObject([
      { outcome: 'fine', facts: { retentionDays: 365, retentionFrom: 'set' } },
    ]);
    expect((await here.run(['backup', '-q'])).code).toBe(0);
    writeFileSync(settings, '{ "cleanupPeriodDays": 0 }');
    expect(await retention()).toMatchObject([
      { outcome: 'odd', says: expect.stringContaining('is 0 in') as string },
    ]);
    writeFileSync(settings, 'not JSON');
    expect(await retention()).toMatchObject([
      { outcome: 'odd', facts: { retentionDays: 30, retentionFrom: 'unclear' } },
    ]);
    const unsaved = (await here.run(['doctor', '--json'])).events.filter(({ step }) => step === 'unsaved');
    expect(unsaved.map(({ says }) => says)).toEqual(['one has all of it', 'two has all of it']);
  });

  test('more than there is room for', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    const huge = join(here.projects, '-home-anna-shop', 'huge.jsonl');
    writeFileSync(huge, '');
    truncateSync(huge, 14 * 2 ** 40);
    const ran = await here.run(['doctor', '--json']);
    expect([ran.code, finding(ran, 'unsaved')['outcome']]).toEqual([0, 'odd']);
    const facts = finding(ran, 'unsaved')['facts'] as Record<string, number>;
    expect(facts['bytes']).toBeGreaterThan(14 * 2 ** 40);
    expect(facts['free']).toBe((finding(ran, 'space')['facts'] as Record<string, number>)['free']);
    rmSync(huge);
    expect(finding(await here.run(['doctor', '--json']), 'unsaved')['outcome']).toBe('fine');
  });
});

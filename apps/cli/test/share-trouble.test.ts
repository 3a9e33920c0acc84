import { startFaultProxy } from '@sessionkeep/testkit/proxy';
import { startSamba, type Samba } from '@sessionkeep/testkit/samba';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Running } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { ShareMachine, useSamba } from './helpers/shares.js';
import { contentsOf } from './helpers/tree.js';

const samba = useSamba({ shares: { share: {}, looking: { readOnly: true } } });

/** So slow that a run of {@link Busy} can be met half-way, and ends in some seconds. */
const SLOWLY = ['--bwlimit', '1500k', '--lanes', '2'];

/** A machine with 40 logs of 100 KB. */
class Busy extends ShareMachine {
  readonly files = 40;
  readonly shop = join(this.projects, '-home-anna-shop');

  constructor(server: Samba, options: { port?: number } = {}) {
    super(server, options);
    for (let file = 0; file < this.files - 2; file++)
      writeFiles(this.shop, { [`log-${file.toString()}.jsonl`]: logLine('/home/anna/shop').repeat(850) });
  }

  /** A slow backup of which some files are kept. */
  async halfWay(): Promise<Running> {
    const running = this.start([
      'backup',
      '--source',
      'mac',
      '--repo',
      'shop',
      '--to',
      this.url,
      '--json',
      ...SLOWLY,
    ]);
    onTestFinished(() => running.kill('SIGKILL'));
    await running.says('"outcome":"copied"');
    return running;
  }

  /** The next run ends with everything, and nothing is left of the one before. */
  async expectCompletes(): Promise<void> {
    const next = await this.backup({}, '--repo', 'shop');
    expect([next.code, next.stderr, next.summary['alarms']]).toEqual([0, '', []]);
    await this.expectWhole();
  }

  async expectWhole(): Promise<void> {
    const verified = await this.json('verify', '--source', 'mac', '--repo', 'shop', '--deep');
    expect(verified.summary).toMatchObject({ ok: true, matching: this.files });
    expect(contentsOf(join(this.kept, 'source-mac', 'repo-shop'))).toEqual(contentsOf(this.shop));
    const meta = join(this.kept, '.sessionkeep', 'source-mac', 'repo-shop');
    expect([readdirSync(join(meta, 'tmp')), readdirSync(join(meta, 'lock'))]).toEqual([[], []]);
  }
}

describe('nothing is reached: exit 6, why, and what to do', () => {
  const COMMANDS = [['backup'], ['plan'], ['verify'], ['status'], ['ls'], ['restore', '--into', 'back']];

  test('a wrong password, for every command', async () => {
    const here = new ShareMachine(samba());
    for (const command of [...COMMANDS, ['doctor']]) {
      const ran = await here.run([...command, '--to', here.url], {
        env: { SESSIONKEEP_SMB_PASSWORD: 'wrong' },
      });
      expect([command, ran.code]).toEqual([command, 6]);
      expect(ran.stdout + ran.stderr).toMatch(/user\s+name or password is wrong/);
      expect(ran.stdout + ran.stderr).toContain('check user name, domain and password');
    }
    expect(here.isThere()).toBe(false);
  });

  test.each([
    [
      'an unknown share',
      (here: ShareMachine) => here.url.replace('/share/', '/nowhere/'),
      'there is no such share',
    ],
    [
      'a share that may only be read',
      (here: ShareMachine) => here.url.replace('/share/', '/looking/'),
      'may only read',
    ],
    [
      'a port at which nothing listens',
      (here: ShareMachine) => here.url.replace(/:\d+\//, ':1/'),
      'ECONNREFUSED',
    ],
    ['a host that nobody knows', () => 'smb://me@nowhere.invalid/share/x', 'check the name of the host'],
  ])('%s', async (_, urlOf, told) => {
    const here = new ShareMachine(samba());
    const ran = await here.run(['backup', '--to', urlOf(here), '--json']);
    expect([ran.code, ran.stderr]).toEqual([6, expect.stringContaining(told)]);
    expect(ran.summary).toMatchObject({ ok: false, exitCode: 6 });
    const source = await here.run([
      'backup',
      '--from',
      urlOf(here).replace('looking', 'none'),
      '--to',
      'kept',
    ]);
    expect(source.code).toBe(6);
    expect(existsSync(join(here.cwd, 'kept'))).toBe(false);
  });

  test('of two targets: the other one gets its backup', async () => {
    const here = new ShareMachine(samba());
    writeFiles(here.cwd, {
      'sessionkeep.yaml': `sources:
  mac: { type: local, path: ~/.claude/projects, repos: auto }
targets:
  nas: { type: smb, url: '${here.url.replace('/share/', '/nowhere/')}' }
  disk: { type: local, path: kept }
`,
    });
    const ran = await here.run(['backup', '--json']);
    expect([ran.code, ran.summary['copied']]).toEqual([3, 3]);
    expect(existsSync(join(here.cwd, 'kept', 'source-mac'))).toBe(true);
  });

  test('a server that takes the connection and says nothing: Ctrl-C ends it', async () => {
    const mute = createServer(() => undefined);
    await new Promise<void>((done) => mute.listen(0, '127.0.0.1', done));
    onTestFinished(() => void mute.close());
    const asked = new Promise((done) => mute.once('connection', done));
    const here = new ShareMachine(samba(), { port: (mute.address() as AddressInfo).port });
    const running = here.start(['backup', '--to', here.url, '--json']);
    await asked;
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });
});

describe('a run that does not come to its end', () => {
  test('SIGINT: exit 130, what is done is recorded, and the next run completes', async () => {
    const here = new Busy(samba());
    const running = await here.halfWay();
    running.kill('SIGINT');
    const stopped = await running.ended;
    expect([stopped.code, stopped.summary]).toMatchObject([130, { exitCode: 130, damaged: 0 }]);
    const copied = Number(stopped.summary['copied']);
    expect(copied).toBeGreaterThan(0);
    expect(copied).toBeLessThan(here.files);
    const status = await here.json('status', '--source', 'mac');
    expect(status.events).toContainEqual(
      expect.objectContaining({ repo: 'shop', files: copied, lastOutcome: 'interrupted' }),
    );
    await here.expectCompletes();
  });

  test('SIGKILL: the server ends its lock with the connection, and the next run completes', async () => {
    const here = new Busy(samba());
    const running = await here.halfWay();
    running.kill('SIGKILL');
    await running.ended;
    await here.expectCompletes();
  });

  test('a second run meanwhile exits 5 and says who has the lock; unlock cannot end it, and says who could', async () => {
    const here = new Busy(samba());
    const running = await here.halfWay();
    // Else it may be at its end before all have looked.
    running.kill('SIGSTOP');
    const second = await here.backup({}, '--repo', 'shop');
    expect([second.code, second.stderr]).toEqual([
      5,
      expect.stringContaining(`process ${running.pid.toString()}`),
    ]);
    const place = ['--source', 'mac', '--repo', 'shop'];
    const unlock = await here.people('unlock', ...place);
    expect([unlock.code, unlock.stderr]).toEqual([
      5,
      expect.stringContaining(`process ${running.pid.toString()}`),
    ]);
    expect(unlock.stderr).toContain('end that run, or its session on the server');
    expect(unlock.stderr).not.toContain('--force');
    expect((await here.people('unlock', ...place, '--force')).code).toBe(5);
    expect((await here.json('status', '--source', 'mac')).code).toBe(0);
    expect((await here.json('plan', '--source', 'mac')).code).toBe(0);
    running.kill('SIGCONT');
    expect((await running.ended).code).toBe(0);
    const free = await here.people('unlock', ...place);
    expect([free.code, free.stderr]).toEqual([0, expect.stringContaining('it was not locked')]);
    await here.expectWhole();
  });
});

describe('the way to the server is lost half-way', () => {
  test('for a moment, three times: the run goes on over fresh sessions, and ends with everything', async () => {
    const proxy = await startFaultProxy({ to: samba() });
    onTestFinished(() => proxy.close());
    const here = new Busy(samba(), { port: proxy.port });
    const running = await here.halfWay();
    for (let cuts = 0; cuts < 3; cuts++) {
      proxy.cut();
      await new Promise((done) => setTimeout(done, 400));
    }
    const ended = await running.ended;
    expect([ended.code, ended.summary['failed'], ended.stderr]).toEqual([0, 0, '']);
    await here.expectWhole();
  });

  test('the server is killed and started again: the run goes on', async () => {
    const here = new Busy(samba());
    const running = await here.halfWay();
    await samba().kill();
    await samba().restart();
    const ended = await running.ended;
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    await here.expectWhole();
  });

  test('the server is killed and stays away: exit 6; when it is back, the next run completes', async () => {
    const here = new Busy(samba());
    const running = await here.halfWay();
    await samba().kill();
    const ended = await running.ended;
    expect([ended.code, ended.stderr]).toEqual([6, expect.stringContaining('ECONNREFUSED')]);
    await samba().restart();
    await here.expectCompletes();
  });
});

test('a guest works where the server takes one, unsigned, and doctor says so', async () => {
  await using server = await startSamba({
    ...(process.getuid?.() === 0 && { user: 'nobody' }),
    settings: { 'map to guest': 'Bad User', 'guest account': samba().user },
    shares: { share: { settings: { 'guest ok': 'yes' } } },
  });
  const here = new ShareMachine(server);
  const url = here.url.replace(/\/\/.*@/, '//guest@');
  const env = { SESSIONKEEP_SMB_PASSWORD: '' };
  expect((await here.run(['backup', '--to', url, '--json'], { env })).summary).toMatchObject({
    ok: true,
    copied: 3,
  });
  const looked = await here.run(['doctor', '--to', url, '--json'], { env });
  expect([looked.code, looked.summary['odd']]).toEqual([0, 3]);
  const strict = 'targets:\n  nas: { type: smb, url: URL, signing: required }\n'.replace('URL', url);
  writeFiles(here.cwd, { 'sessionkeep.yaml': strict });
  expect((await here.run(['status', '--to', 'nas'], { env })).code).toBe(6);
});

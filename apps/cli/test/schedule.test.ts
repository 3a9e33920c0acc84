import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import { parse } from 'yaml';
import { need, noProgram } from './helpers/needs.js';
import { MAIN, type Ran } from './helpers/run-built.js';
import { ScheduledMachine } from './helpers/schedulers.js';
import { stateOf } from './helpers/tree.js';

const SHARE = '{ type: smb, url: smb://anna@127.0.0.1:1/secure/kept, password: { file: ~/password } }';

/** What Python's parser makes of a plist. */
function parsePlist(context: TestContext, text: string): Record<string, unknown> {
  need(context, noProgram('python3'));
  const script = 'import json, plistlib, sys; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)';
  const { stdout, status } = spawnSync('python3', ['-c', script], { input: text, encoding: 'utf8' });
  expect(status).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The two units that `schedule systemd` prints. */
function unitsIn({ stdout }: Ran): [service: string, timer: string] {
  const [, service = '', timer = ''] = stdout.split(/^# sessionkeep-backup\.(?:service|timer)\n/m);
  return [service, timer];
}

/** An archive is there, with a file in it. */
function expectBackup(here: ScheduledMachine): void {
  expect(existsSync(join(here.cwd, 'kept', 'source-mac'))).toBe(true);
}

test('what launchd is told to start is a backup, with no more than launchd gives it', async (context) => {
  const here = new ScheduledMachine('schedule: { cron: 0 3 * * *, jitter: 1s }');
  const { code, stdout, stderr } = await here.run(['schedule', 'launchd']);
  expect([code, stderr.split('\n')[0]]).toEqual([
    0,
    'To use it: `sessionkeep schedule install launchd`. Or save it as',
  ]);
  const plist = parsePlist(context, stdout);
  const [program = '', ...args] = plist['ProgramArguments'] as string[];
  expect(args.slice(-5)).toEqual([MAIN, 'backup', '--config', here.config, '--jitter=1s']);
  expect(plist['StartCalendarInterval']).toEqual([{ Hour: 3, Minute: 0 }]);
  expect(plist).not.toHaveProperty('UserName');
  const ran = spawnSync(program, args, {
    cwd: '/',
    env: { ...(plist['EnvironmentVariables'] as NodeJS.ProcessEnv), HOME: here.home },
    encoding: 'utf8',
  });
  expect([ran.status, ran.error]).toEqual([0, undefined]);
  expectBackup(here);
});

test('what cron is told to start is a backup, with no more than cron gives it', async () => {
  const here = new ScheduledMachine();
  const { code, stdout } = await here.run(['schedule', 'crontab'], {
    env: { XDG_STATE_HOME: join(here.root, 'a b') },
  });
  expect(code).toBe(0);
  const [, command = ''] = /^0 3 \* \* \* (.*)\n$/.exec(stdout) ?? [];
  const ran = spawnSync('sh', ['-c', command.replaceAll('\\%', '%')], {
    cwd: here.home,
    env: { HOME: here.home, PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
  });
  expect([ran.status, ran.stderr.includes('All of it is kept')]).toEqual([0, true]);
  expectBackup(here);
  // The folders that the shell has moved are where they were.
  expect(existsSync(join(here.root, 'a b', 'sessionkeep'))).toBe(true);
});

test('systemd finds nothing wrong with what it is told', async (context) => {
  need(context, noProgram('systemd-analyze'));
  const here = new ScheduledMachine(
    "schedule: { cron: '*/30 8-18 * * mon-fri', timeZone: Europe/Berlin, jitter: 5m }",
  );
  const printed = await here.run(['schedule', 'systemd']);
  const [service, timer] = unitsIn(printed);
  const paths = [join(here.root, 'sessionkeep-backup.service'), join(here.root, 'sessionkeep-backup.timer')];
  writeFileSync(paths[0] ?? '', service);
  writeFileSync(paths[1] ?? '', timer);
  const verified = spawnSync('systemd-analyze', ['verify', '--user', ...paths], {
    encoding: 'utf8',
    env: { ...here.env, XDG_RUNTIME_DIR: here.root },
  });
  expect([verified.status, verified.stderr]).toEqual([0, '']);
  expect(timer).toContain('OnCalendar=Mon..Fri *-*-* 08..18:00,30:00 Europe/Berlin\n');
  expect(timer).toContain('RandomizedDelaySec=300\n');
  // The timer waits by itself.
  expect(service).not.toContain('--jitter');
});

test('a CronJob', async () => {
  const here = new ScheduledMachine("schedule: { cron: '@daily', timeZone: UTC, jitter: 15m }");
  const { code, stdout, stderr } = await here.run(['schedule', 'cronjob', '--image', 'example.org/keep:1']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('It runs as the ServiceAccount sessionkeep')]);
  expect(stderr).not.toContain('jitter');
  const args = ['--config', '/etc/sessionkeep/sessionkeep.yaml', '--jitter=900s'];
  expect(parse(stdout)).toMatchObject({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    spec: {
      schedule: '0 0 * * *',
      timeZone: 'UTC',
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { values: [2, 4] } }, {}] },
          template: { spec: { containers: [{ args }] } },
        },
      },
    },
  });
  const none = await here.run(['schedule', 'cronjob']);
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining('schedule cronjob needs --image IMAGE'),
  ]);
});

test('printing writes nothing anywhere', async () => {
  const here = new ScheduledMachine();
  const before = stateOf(here.root);
  for (const what of ['launchd', 'systemd', 'crontab', 'show'])
    expect((await here.run(['schedule', what])).code).toBe(0);
  const after = stateOf(here.root);
  delete after['calls'];
  expect(after).toEqual(before);
});

test('systemd: installed, as it was, changed, shown, uninstalled', async () => {
  const here = new ScheduledMachine();
  const [service, timer] = ['service', 'timer'].map((kind) =>
    join(here.units, `sessionkeep-backup.${kind}`),
  ) as [string, string];
  const install = (...more: string[]): Promise<Ran> => here.run(['schedule', 'install', 'systemd', ...more]);
  const show = async (): Promise<string> => (await here.run(['schedule', 'show', 'systemd'])).stdout;

  expect(await show()).toMatch(/^configured {2}0 3 \* \* \*\nnext {8}\d{4}.*\nsystemd {5}not installed\n$/);
  const first = await install();
  expect([first.code, first.stdout]).toEqual([0, '']);
  expect(first.stderr.split('\n')).toEqual([
    `written: ${service}`,
    `written: ${timer}`,
    expect.stringMatching(/^when: 0 3 \* \* \*, next \d{4}-\d\d-\d\d \d\d:00$/),
    'log: journalctl --user -u sessionkeep-backup',
    'it runs while you are logged in; `loginctl enable-linger` lets it run always. A run that was missed is made up',
    '',
  ]);
  expect(here.calls()).toEqual([
    'systemctl --user daemon-reload',
    'systemctl --user enable --now sessionkeep-backup.timer',
  ]);
  expect(statSync(timer).mode & 0o777).toBe(0o644);
  expect(await show()).toMatch(/^systemd {5}installed$/m);

  const { summary: again } = await install('--json');
  expect(again).toMatchObject({
    action: 'install',
    scheduler: 'systemd',
    change: 'same',
    files: [service, timer],
    ok: true,
  });
  here.calls();

  here.configure("schedule: '0 4 * * *'");
  expect(await show()).toMatch(
    /^systemd {5}installed; not as the configuration says: sessionkeep schedule install$/m,
  );
  expect((await install()).code).toBe(0);
  expect(readFileSync(timer, 'utf8')).toContain('OnCalendar=*-*-* 04:00:00\n');
  expect(here.calls()).toEqual([
    'systemctl --user daemon-reload',
    'systemctl --user enable --now sessionkeep-backup.timer',
    'systemctl --user restart sessionkeep-backup.timer',
  ]);

  // Also without a configuration.
  writeFileSync(here.config, 'schedule: [');
  const gone = await here.run(['schedule', 'uninstall', 'systemd']);
  expect([gone.code, gone.stderr]).toEqual([0, `removed: ${service}\nremoved: ${timer}\n`]);
  expect([existsSync(service), existsSync(timer)]).toEqual([false, false]);
  expect(here.calls()).toEqual([
    'systemctl --user disable --now sessionkeep-backup.timer',
    'systemctl --user daemon-reload',
  ]);
  const nothing = await here.run(['schedule', 'uninstall', 'systemd']);
  expect([nothing.code, nothing.stderr]).toEqual([0, 'nothing was installed for systemd\n']);
  expect(here.calls()).toEqual([]);
});

test('launchd: an agent installed, changed, shown, uninstalled', async (context) => {
  const here = new ScheduledMachine();
  const uid = (process.getuid?.() ?? 0).toString();
  const service = `gui/${uid}/sessionkeep.backup`;
  const first = await here.run(['schedule', 'install', 'launchd']);
  expect([first.code, first.stderr.split('\n')[0]]).toEqual([0, `written: ${here.agent}`]);
  expect(here.calls()).toEqual([
    `launchctl enable ${service}`,
    `launchctl bootstrap gui/${uid} ${here.agent}`,
  ]);
  const plist = parsePlist(context, readFileSync(here.agent, 'utf8'));
  expect(plist['StandardOutPath']).toBe(join(here.home, 'Library', 'Logs', 'sessionkeep', 'backup.log'));
  expect(existsSync(join(here.home, 'Library', 'Logs', 'sessionkeep'))).toBe(true);
  const shown = await here.run(['schedule', 'show', 'launchd', '--json']);
  expect(shown.summary).toMatchObject({
    files: [here.agent],
    active: true,
    current: true,
    schedule: { jitterSeconds: 0 },
  });

  here.configure("schedule: '0 4 * * *'");
  expect((await here.run(['schedule', 'install', 'launchd'])).code).toBe(0);
  // launchd keeps what it has loaded, whatever becomes of the file.
  expect(here.calls()).toEqual([
    `launchctl bootout ${service}`,
    `launchctl enable ${service}`,
    `launchctl bootstrap gui/${uid} ${here.agent}`,
  ]);
  expect((await here.run(['schedule', 'uninstall', 'launchd'])).code).toBe(0);
  expect(here.calls()).toEqual([`launchctl bootout ${service}`]);
  expect(existsSync(here.agent)).toBe(false);
});

test('a share takes a daemon, which is printed with its steps and not installed', async (context) => {
  const here = new ScheduledMachine();
  here.configure("schedule: '0 3 * * *'", SHARE);
  const { code, stdout, stderr } = await here.run(['schedule', 'launchd']);
  expect(code).toBe(0);
  expect(parsePlist(context, stdout)).toMatchObject({
    UserName: expect.any(String) as string,
    EnvironmentVariables: { HOME: here.home },
  });
  expect(stderr).toContain('a LaunchDaemon needs none.\n');
  expect(stderr).toContain(
    '  sudo install -o root -g wheel -m 644 sessionkeep.backup.plist /Library/LaunchDaemons/sessionkeep.backup.plist\n',
  );
  const refused = await here.run(['schedule', 'install', 'launchd']);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('it takes a LaunchDaemon, which only root installs'),
  ]);
  expect([existsSync(here.agent), here.calls()]).toEqual([false, []]);

  const agent = await here.run(['schedule', 'install', 'launchd', '--job', 'agent']);
  expect([agent.code, agent.stderr]).toEqual([
    0,
    expect.stringContaining('warning: from macOS 15 on a LaunchAgent needs leave'),
  ]);
  const daemon = await new ScheduledMachine().run(['schedule', 'launchd', '--job', 'daemon']);
  expect(parsePlist(context, daemon.stdout)).toHaveProperty('UserName');
});

test('launchd is not given hours of another zone', async () => {
  const here = new ScheduledMachine("schedule: { cron: '0 3 * * *', timeZone: Pacific/Chatham }");
  const refused = await here.run(['schedule', 'install', 'launchd']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('launchd knows no time zones')]);
  expect(existsSync(here.agent)).toBe(false);
  const printed = await here.run(['schedule', 'launchd']);
  expect([printed.code, printed.stderr]).toEqual([
    0,
    expect.stringContaining('warning: launchd knows no time zones'),
  ]);
});

test.each([
  ['systemd', 'systemctl', 'systemctl --user daemon-reload ended with 5: no bus'],
  ['launchd', 'launchctl', 'ended with 5: no bus'],
])('%s that takes nothing: an error, and everything as it was', async (scheduler, tool, said) => {
  const here = new ScheduledMachine();
  here.breakTool(tool);
  const files = (): string[] =>
    Object.keys(stateOf(here.home)).filter(
      (name) => name.includes('sessionkeep') && /\.(plist|service|timer)/.test(name),
    );
  const failed = await here.run(['schedule', 'install', scheduler]);
  expect([failed.code, failed.stderr, files()]).toEqual([6, expect.stringContaining(said), []]);
  const { summary } = await here.run(['schedule', 'install', scheduler, '--json']);
  expect(summary).toMatchObject({
    command: 'schedule',
    ok: false,
    exitCode: 6,
    errors: [{ kind: 'denied' }],
  });
});

test('a scheduler that is not there', async () => {
  const here = new ScheduledMachine();
  const env = { PATH: dirname(process.execPath) };
  const launchd = await here.run(['schedule', 'install', 'launchd'], { env });
  expect([launchd.code, launchd.stderr]).toEqual([2, expect.stringContaining('there is no launchctl here')]);
  expect(existsSync(here.agent)).toBe(false);
});

test('files of another configuration, or of somebody else, stay', async () => {
  const here = new ScheduledMachine();
  const install = (...more: string[]): Promise<Ran> => here.run(['schedule', 'install', 'systemd', ...more]);
  expect((await install()).code).toBe(0);
  const other = join(here.cwd, 'other.yaml');
  writeFileSync(other, readFileSync(here.config));
  const refused = await install('--config', 'other.yaml');
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('belongs to another configuration'),
  ]);
  expect((await install('--config', 'other.yaml', '--overwrite')).code).toBe(0);
  const service = join(here.units, 'sessionkeep-backup.service');
  expect(readFileSync(service, 'utf8')).toContain(`--config ${other}\n`);
  writeFileSync(service, '[Service]\nExecStart=/bin/true\n');
  expect((await install()).code).toBe(2);
  expect(readFileSync(service, 'utf8')).toBe('[Service]\nExecStart=/bin/true\n');
});

test.each([
  ['', 2, "sessionkeep.yaml says no schedule; write into it: schedule: '0 3 * * *'"],
  [
    "schedule: '0 25 * * *'",
    2,
    'sessionkeep.yaml:5: schedule.cron: "0 25 * * *": the hour "25" is none; it goes from 0 to 23',
  ],
  [
    'schedule:\n  cron: "@daily"\n  timeZone: Mars',
    2,
    'sessionkeep.yaml:7: schedule.timeZone: "Mars" is no time zone',
  ],
  ['schedule:\n  cron: "@daily"\n  jitter: soon', 2, 'sessionkeep.yaml:7: schedule.jitter: "soon" is no age'],
  ["schedule: '*/5 9-17 * * 1-5'", 2, 'multiplies out to 540 entries'],
])('a configuration with %j', async (text, code, said) => {
  const here = new ScheduledMachine(text);
  for (const what of [['launchd'], ['install', 'launchd']]) {
    const ran = await here.run(['schedule', ...what]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([code, '', expect.stringContaining(said)]);
  }
});

test('config check tells of a schedule that is wrong', async () => {
  const here = new ScheduledMachine("schedule: '0 25 * * *'");
  const { code, stderr } = await here.run(['config', 'check']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('sessionkeep.yaml:5: schedule.cron: "0 25 * * *": the hour "25" is none'),
  ]);
  here.configure("schedule: '0 3 * * *'");
  expect((await here.run(['config', 'check'])).code).toBe(0);
});

test('no configuration', async () => {
  const here = new ScheduledMachine();
  const none = await here.run(['schedule', 'systemd', '--config', 'none.yaml']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no configuration at none.yaml')]);
});

test('passwords that nobody gives at night', async () => {
  const here = new ScheduledMachine();
  const warnings = async (password: string, what = 'systemd'): Promise<unknown> => {
    here.configure("schedule: '@daily'", `{ type: smb, url: smb://anna@127.0.0.1:1/s, ${password} }`);
    const { summary } = await here.run(['schedule', what, '--json', '--config', here.config]);
    return summary['warnings'];
  };
  expect(await warnings('password: { env: SMB_PASSWORD }')).toEqual([
    expect.stringContaining('targets.kept.password: systemd does not set SMB_PASSWORD'),
  ]);
  expect(await warnings('signing: required')).toEqual([
    expect.stringContaining('nobody is there to type the password'),
  ]);
  expect(await warnings('password: { command: [op, read, x] }')).toEqual([
    expect.stringContaining('op is looked for in the PATH of systemd'),
  ]);
  expect(await warnings('password: { command: [/usr/bin/security, x] }', 'launchd')).toEqual(
    expect.arrayContaining([expect.stringContaining('your keychain is locked while you are not logged in')]),
  );
  expect(await warnings('password: { file: ~/password }')).toEqual([]);
});

test('a command of a configuration that merely lies there is not made a nightly one', async () => {
  const here = new ScheduledMachine();
  here.configure(
    "schedule: '@daily'",
    '{ type: smb, url: smb://anna@127.0.0.1:1/s, password: { command: [evil] } }',
  );
  const { code, stderr } = await here.run(['schedule', 'install', 'systemd']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(
      'a command is not run for a configuration that merely lies in the working folder',
    ),
  ]);
  expect(here.calls()).toEqual([]);
});

test('operands that do not belong together', async () => {
  const here = new ScheduledMachine();
  const ran = await here.run(['schedule', 'crontab', 'systemd']);
  expect([ran.code, ran.stderr]).toEqual([
    2,
    expect.stringContaining('schedule crontab does not know what to do with "systemd"'),
  ]);
  expect((await here.run(['schedule', 'launchd', '--job', 'both'])).code).toBe(2);
});

test('--jitter waits before it begins, and an interrupt ends it', async () => {
  const here = new ScheduledMachine();
  const running = here.start(['backup', '--jitter', '12h', '--json']);
  await running.says('waiting for');
  running.kill('SIGTERM');
  const { code, summary } = await running.ended;
  expect([code, summary]).toMatchObject([
    130,
    { command: 'backup', exitCode: 130, errors: [{ kind: 'aborted' }] },
  ]);
  expect(existsSync(join(here.cwd, 'kept'))).toBe(false);
  const refused = await here.run(['backup', '--jitter', '2d']);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('--jitter: "2d" is more than half a day'),
  ]);
});

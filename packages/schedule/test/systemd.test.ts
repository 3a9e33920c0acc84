import fc from 'fast-check';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { nextRuns, onCalendar, systemdUnits, type Schedule, type SystemdJob } from '../src/index.js';
import { NASTY, programOf, scheduleOf } from './helpers/jobs.js';
import { someCron } from './helpers/some-cron.js';
import { need, noProgram, runTool, temporaryFolder } from './helpers/tools.js';

function jobOf(changes: Partial<SystemdJob> = {}): SystemdJob {
  return {
    name: 'sessionkeep-backup',
    description: 'Keep the sessions of Claude Code',
    schedule: scheduleOf({ cron: '0 3 1,15 * mon', timeZone: 'Europe/Berlin', jitter: '15m' }),
    program: programOf(),
    userName: null,
    ...changes,
  };
}

test.each([
  ['* * * * *', ['*-*-* *:*:00']],
  ['0 3 * * *', ['*-*-* 03:00:00']],
  ['*/15 9-17 * * 1-5', ['Mon..Fri *-*-* 09..17:00/15:00']],
  ['5-50/15 * * * *', ['*-*-* *:05..50/15:00']],
  ['0 3 * * 0,5,6', ['Fri..Sun *-*-* 03:00:00']],
  ['0 3 * * */2', ['Tue,Thu,Sat,Sun *-*-* 03:00:00']],
  ['0 3 1 1,7 *', ['*-01,07-01 03:00:00']],
  ['0 3 1 * mon', ['*-*-01 03:00:00', 'Mon *-*-* 03:00:00']],
])('%s', (cron, lines) => {
  expect(onCalendar(scheduleOf({ cron }))).toEqual(lines);
  expect(onCalendar(scheduleOf({ cron, timeZone: 'UTC' }))).toEqual(lines.map((line) => `${line} UTC`));
});

describe('systemd itself', () => {
  /** What systemd-analyze says comes next. */
  function elapses(line: string, from: number, count: number): number[] {
    const { stdout, stderr, status } = runTool(
      'systemd-analyze',
      [
        'calendar',
        `--base-time=@${Math.floor(from / 1000).toString()}`,
        `--iterations=${count.toString()}`,
        line,
      ],
      { env: { TZ: 'UTC', LC_ALL: 'C' } },
    );
    expect([line, status, stderr]).toEqual([line, 0, '']);
    return [...stdout.matchAll(/(?:Next elapse|Iter\. #\d+|Iteration #\d+): \w+ (\S+) (\S+) UTC/g)].map(
      ([, date = '', time = '']) => Date.parse(`${date}T${time}Z`),
    );
  }

  function both(schedule: Schedule, from: number, count: number): [number[], number[]] {
    const all = onCalendar(schedule).flatMap((line) => elapses(line, from, count));
    return [[...new Set(all)].sort((a, b) => a - b).slice(0, count), nextRuns(schedule, from, count, 'UTC')];
  }

  test('elapses when cron would, in any zone, also when clocks change', (context) => {
    need(context, noProgram('systemd-analyze'));
    const zone = fc.constantFrom(
      null,
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Pacific/Chatham',
    );
    const from = fc.oneof(
      fc.integer({ min: 1_767_225_600, max: 1_900_000_000 }),
      // The days around the changes of 2026 in Europe.
      fc.integer({ min: Date.UTC(2026, 2, 28) / 1000, max: Date.UTC(2026, 2, 30) / 1000 }),
      fc.integer({ min: Date.UTC(2026, 9, 24) / 1000, max: Date.UTC(2026, 9, 26) / 1000 }),
    );
    fc.assert(
      fc.property(someCron, zone, from, (cron, timeZone, seconds) => {
        const [theirs, ours] = both({ cron, timeZone, jitterSeconds: 0 }, seconds * 1000, 4);
        expect(ours.map(iso)).toEqual(theirs.map(iso));
      }),
      { numRuns: 60 },
    );
  });

  test.for([
    ['30 2 * * *', '2026-03-27T12:00:00Z'],
    ['30 2 * * *', '2026-10-24T12:00:00Z'],
    ['*/20 * * * *', '2026-03-29T00:30:00Z'],
    ['*/20 * * * *', '2026-10-24T23:30:00Z'],
  ])('agrees on %s after %s in Berlin, where clocks change', ([cron = '', from = ''], context) => {
    need(context, noProgram('systemd-analyze'));
    const [theirs, ours] = both(scheduleOf({ cron, timeZone: 'Europe/Berlin' }), Date.parse(from), 12);
    expect(ours.map(iso)).toEqual(theirs.map(iso));
  });

  test('finds nothing wrong with the units, whatever the arguments are', (context) => {
    need(context, noProgram('systemd-analyze'));
    const { stderr, status } = verify(nasty());
    expect([status, stderr]).toEqual([0, '']);
    // That it would say so otherwise:
    const broken = { ...nasty(), timer: nasty().timer.replace('OnCalendar=Mon', 'OnCalendar=Mun') };
    expect(verify(broken).stderr).toContain('Mun');
  });

  test('takes the arguments for what they are, and keeps every line of the timer', (context) => {
    const manager = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'].find((path) => existsSync(path));
    need(context, manager === undefined ? 'systemd is not installed' : null);
    const said = dump(manager ?? '', nasty());
    const [, line = ''] = /^\s*Command Line: (.*)$/m.exec(said) ?? [];
    // `$$` becomes `$` only when it is started.
    expect(words(line).map((word) => word.replaceAll('$$', '$'))).toEqual(['/usr/bin/env', ...NASTY]);
    expect(said).toContain(`Environment: X=${NASTY.join(' ')}\n`);
    expect(said).toMatch(/Persistent: yes/);
    expect([...said.matchAll(/OnCalendar: (.*)/g)].map(([, event]) => event).sort()).toEqual([
      '*-*-01,15 03:00:00 Europe/Berlin',
      'Mon *-*-* 03:00:00 Europe/Berlin',
    ]);
  });
});

type Units = { readonly service: string; readonly timer: string };

function nasty(): Units {
  const program = programOf({ argv: ['/usr/bin/env', ...NASTY], environment: { X: NASTY.join(' ') } });
  return systemdUnits(jobOf({ program, description: '100% of %h' }))._unsafeUnwrap();
}

function write({ service, timer }: Units): { folder: string; paths: string[] } {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const paths = [join(folder, 'sessionkeep-backup.service'), join(folder, 'sessionkeep-backup.timer')];
  for (const [at, text] of [service, timer].entries()) writeFileSync(paths[at] ?? '', text, { mode: 0o644 });
  return { folder, paths };
}

function verify(units: Units): { stderr: string; status: number | null } {
  const { folder, paths } = write(units);
  return runTool('systemd-analyze', ['verify', '--user', ...paths], { env: { XDG_RUNTIME_DIR: folder } });
}

/** What systemd made of the units, as its manager tells when it only tests. It is not for root. */
function dump(manager: string, units: Units): string {
  const { folder } = write(units);
  const run = join(folder, 'run');
  mkdirSync(run);
  chmodSync(run, 0o777);
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { stdout, stderr } = spawnSync(manager, ['--user', '--test', '--unit=sessionkeep-backup.timer'], {
    ...asNobody,
    cwd: '/',
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { HOME: run, XDG_RUNTIME_DIR: run, SYSTEMD_UNIT_PATH: folder, LC_ALL: 'C.UTF-8' },
  });
  return stdout + stderr;
}

/** A line as the manager prints it: words, in quotes and with backslashes where they need them. */
function words(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, inQuotes, bare]) =>
    inQuotes === undefined ? (bare ?? '') : inQuotes.replace(/\\(.)/g, '$1'),
  );
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

test("jitter is the timer's own, and what is not wanted is not there", () => {
  const { service, timer } = systemdUnits(jobOf())._unsafeUnwrap();
  expect(timer.split('\n')).toContain('RandomizedDelaySec=900');
  expect(service).not.toContain('jitter');
  const plain = systemdUnits(jobOf({ schedule: scheduleOf({ cron: '@daily' }) }))._unsafeUnwrap();
  expect(plain.timer).not.toContain('Randomized');
  expect(plain.service).not.toContain('User=');
  expect(
    systemdUnits(jobOf({ userName: 'anna' }))
      ._unsafeUnwrap()
      .service.split('\n'),
  ).toContain('User=anna');
});

test.each([
  [{ name: '../x' }, '"../x" is no name of a unit'],
  [{ userName: 'a b' }, '"a b" is no name of a user to systemd'],
  [{ description: 'a\nb' }, 'the description has control characters: a\\x0ab'],
  [
    { program: programOf({ argv: ['/opt/$x'] }) },
    "the program's path /opt/$x has a character that systemd takes for itself",
  ],
  [
    { program: programOf({ argv: ['/n', 'a\nExecStart=x'] }) },
    'an argument has control characters: a\\x0aExecStart=x',
  ],
])('%j is refused', (changes, message) => {
  expect(systemdUnits(jobOf(changes))._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid', message });
});

test('a path with what systemd replaces', (context) => {
  need(context, noProgram('systemd-analyze'));
  const folder = join(temporaryFolder(), 'a %h b');
  mkdirSync(folder);
  writeFileSync(join(folder, 'node'), '#!/bin/sh\n', { mode: 0o755 });
  const program = programOf({ argv: [join(folder, 'node')] });
  const { stderr } = verify(systemdUnits(jobOf({ program }))._unsafeUnwrap());
  expect(stderr).toBe('');
});

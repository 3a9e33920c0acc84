import fc from 'fast-check';
import { expect, test, type TestContext } from 'vitest';
import {
  calendarIntervals,
  launchdPlist,
  nextRuns,
  parseCron,
  type CalendarInterval,
  type LaunchdJob,
} from '../src/index.js';
import { NASTY, programOf, scheduleOf } from './helpers/jobs.js';
import { someCron } from './helpers/some-cron.js';
import { need, noProgram, runTool } from './helpers/tools.js';

function jobOf(changes: Partial<LaunchdJob> = {}): LaunchdJob {
  return {
    label: 'sessionkeep.backup',
    schedule: scheduleOf({ cron: '0 3 * * *' }),
    program: programOf(),
    logFile: '/Users/anna/Library/Logs/sessionkeep/backup.log',
    userName: null,
    machineZone: 'Europe/Berlin',
    ...changes,
  };
}

/** What Python's parser of property lists makes of it. */
function parsePlist(context: TestContext, text: string): unknown {
  need(context, noProgram('python3'));
  const script = 'import json, plistlib, sys; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)';
  const { stdout, stderr, status } = runTool('python3', ['-c', script], { input: text });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

test('an agent', (context) => {
  const { text, caveats } = launchdPlist(jobOf())._unsafeUnwrap();
  expect(caveats).toEqual([]);
  expect(parsePlist(context, text)).toEqual({
    Label: 'sessionkeep.backup',
    ProgramArguments: ['/usr/bin/env', 'backup', '--config', '/home/anna/sessionkeep.yaml'],
    StartCalendarInterval: [{ Hour: 3, Minute: 0 }],
    StandardOutPath: '/Users/anna/Library/Logs/sessionkeep/backup.log',
    StandardErrorPath: '/Users/anna/Library/Logs/sessionkeep/backup.log',
    ExitTimeOut: 60,
  });
});

test('a daemon that runs as somebody, with whatever arguments and variables', (context) => {
  const program = programOf({
    argv: ['/opt/node & co/<node>', ...NASTY],
    environment: { HOME: '/Users/anna', X: NASTY.join(' ') },
  });
  const { text } = launchdPlist(jobOf({ program, userName: 'anna' }))._unsafeUnwrap();
  expect(parsePlist(context, text)).toMatchObject({
    UserName: 'anna',
    ProgramArguments: ['/opt/node & co/<node>', ...NASTY],
    EnvironmentVariables: { HOME: '/Users/anna', X: NASTY.join(' ') },
  });
});

test("jitter is the program's own, or missing and said to be", (context) => {
  const schedule = scheduleOf({ cron: '0 3 * * *', jitter: '15m' });
  const own = launchdPlist(jobOf({ schedule }))._unsafeUnwrap();
  expect(own.caveats).toEqual([]);
  expect(parsePlist(context, own.text)).toMatchObject({
    ProgramArguments: ['/usr/bin/env', 'backup', '--config', '/home/anna/sessionkeep.yaml', '--jitter=900s'],
  });
  const none = launchdPlist(jobOf({ schedule, program: programOf({ jitterOption: null }) }))._unsafeUnwrap();
  expect(none.caveats).toEqual([
    'launchd knows no jitter, and the program has no option for it: every run begins on time',
  ]);
});

test("a time zone that is not the Mac's is said", () => {
  const caveats = (timeZone: string | null, machineZone: string | null): readonly string[] =>
    launchdPlist(jobOf({ schedule: scheduleOf({ cron: '@daily', timeZone }), machineZone }))._unsafeUnwrap()
      .caveats;
  expect(caveats(null, 'Europe/Berlin')).toEqual([]);
  expect(caveats('Etc/UTC', 'UTC')).toEqual([]);
  expect(caveats('UTC', 'Europe/Berlin')).toEqual([
    "launchd knows no time zones: it goes by the Mac's, Europe/Berlin, and not by UTC",
  ]);
  expect(caveats('UTC', null)).toEqual([
    "launchd knows no time zones: it goes by the Mac's, which must be UTC",
  ]);
});

test('lists are multiplied out, and both kinds of days stand side by side', () => {
  const of = (cron: string): unknown => parseCron(cron).andThen(calendarIntervals)._unsafeUnwrap();
  expect(of('* * * * *')).toEqual([{}]);
  expect(of('*/30 9,17 * jan *')).toEqual([
    { Month: 1, Hour: 9, Minute: 0 },
    { Month: 1, Hour: 9, Minute: 30 },
    { Month: 1, Hour: 17, Minute: 0 },
    { Month: 1, Hour: 17, Minute: 30 },
  ]);
  expect(of('0 3 1 * sun,mon')).toEqual([
    { Day: 1, Hour: 3, Minute: 0 },
    { Weekday: 0, Hour: 3, Minute: 0 },
    { Weekday: 1, Hour: 3, Minute: 0 },
  ]);
});

test('what multiplies out to too many is refused', () => {
  expect(parseCron('*/3 9-17 * * 1-2').andThen(calendarIntervals)._unsafeUnwrap()).toHaveLength(360);
  expect(parseCron('*/5 9-17 * * 1-5').andThen(calendarIntervals)._unsafeUnwrapErr()).toMatchObject({
    kind: 'unsupported',
    message:
      'launchd takes one number a field, and this schedule multiplies out to 540 entries, of which 500 are the most',
  });
});

test('launchd, as its manual describes it, starts when cron would', () => {
  fc.assert(
    fc.property(someCron, fc.integer({ min: 0, max: 4_000_000_000 }), (cron, from) => {
      const intervals = calendarIntervals(cron);
      if (intervals.isErr()) return;
      for (const at of nextRuns({ cron, timeZone: 'UTC', jitterSeconds: 0 }, from * 1000, 3, 'UTC')) {
        expect(isDue(intervals.value, at)).toBe(true);
      }
      // And not in between: the minutes of some hours, in which nothing is next.
      const [next = Infinity] = nextRuns({ cron, timeZone: 'UTC', jitterSeconds: 0 }, from * 1000, 1, 'UTC');
      for (
        let at = Math.ceil((from * 1000 + 1) / 60_000) * 60_000, n = 0;
        at < next && n < 300;
        at += 60_000, n++
      )
        expect(isDue(intervals.value, at)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

/** Every key that is there must match: what is left out always does. */
function isDue(intervals: readonly CalendarInterval[], at: number): boolean {
  const date = new Date(at);
  const now = {
    Month: date.getUTCMonth() + 1,
    Day: date.getUTCDate(),
    Weekday: date.getUTCDay(),
    Hour: date.getUTCHours(),
    Minute: date.getUTCMinutes(),
  };
  return intervals.some((interval) =>
    Object.entries(interval).every(([key, value]) => now[key as keyof typeof now] === value),
  );
}

test.each([
  [{ label: 'a b' }, '"a b" is no label of launchd'],
  [{ logFile: 'log' }, 'the log file log is no absolute path'],
  [{ logFile: '/lo\ng' }, 'the log file has control characters: /lo\\x0ag'],
  [{ userName: 'a\0' }, "the user's name has control characters: a\\x00"],
  [{ program: programOf({ argv: ['node'] }) }, 'the program node is no absolute path'],
  [{ program: programOf({ argv: ['/n', 'a\nb'] }) }, 'an argument has control characters: a\\x0ab'],
  [{ program: programOf({ environment: { 'A B': '' } }) }, '"A B" is no name of a variable'],
  [{ program: programOf({ environment: { A: '\r' } }) }, 'the variable A has control characters: \\x0d'],
])('%j is refused', (changes, message) => {
  expect(launchdPlist(jobOf(changes))._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid', message });
});

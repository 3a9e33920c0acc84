import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crontabLine, type CrontabJob } from '../src/index.js';
import { NASTY, programOf, scheduleOf } from './helpers/jobs.js';
import { need, noProgram, runTool, temporaryFolder } from './helpers/tools.js';

const LATE = 'cron makes up for no time that passed while the machine slept or was off';

function jobOf(changes: Partial<CrontabJob> = {}): CrontabJob {
  return {
    schedule: scheduleOf({ cron: '0 3 * * mon-fri' }),
    program: programOf(),
    logFile: null,
    machineZone: 'Europe/Berlin',
    ...changes,
  };
}

test('a line, with a log', () => {
  const { text, caveats } = crontabLine(jobOf({ logFile: '/home/anna/my log' }))._unsafeUnwrap();
  expect(text).toBe(
    "0 3 * * 1-5 /usr/bin/env backup --config /home/anna/sessionkeep.yaml >> '/home/anna/my log' 2>&1\n",
  );
  expect(caveats).toEqual([LATE]);
});

test("a time zone that is not the machine's, with what is to be known of it", () => {
  const schedule = scheduleOf({ cron: '@daily', timeZone: 'UTC' });
  const { text, caveats } = crontabLine(jobOf({ schedule }))._unsafeUnwrap();
  expect(text.split('\n')[0]).toBe('CRON_TZ=UTC');
  expect(caveats).toEqual([
    LATE,
    expect.stringContaining("and go by the machine's time zone, Europe/Berlin"),
  ]);
  const same = crontabLine(jobOf({ schedule, machineZone: 'Etc/UTC' }))._unsafeUnwrap();
  expect([same.text.includes('CRON_TZ'), same.caveats]).toEqual([false, [LATE]]);
});

test("jitter is the program's own, or missing and said to be", () => {
  const schedule = scheduleOf({ cron: '@daily', jitter: '90s' });
  expect(crontabLine(jobOf({ schedule }))._unsafeUnwrap().text).toContain(' --jitter=90s\n');
  const none = crontabLine(jobOf({ schedule, program: programOf({ jitterOption: null }) }))._unsafeUnwrap();
  expect(none.caveats).toEqual([LATE, expect.stringContaining('cron knows no jitter')]);
});

test('cron takes it, whatever the arguments are', (context) => {
  const dryRun = (text: string): ReturnType<typeof runTool> => {
    const file = join(temporaryFolder(), 'crontab');
    writeFileSync(file, text);
    return runTool('crontab', ['-n', file]);
  };
  const valid = '0 3 * * * true\n';
  const file = join(temporaryFolder(), 'crontab');
  writeFileSync(file, valid);
  need(context, noProgram('crontab', ['-n', file]));
  const schedules = ['0 3 1-31/2 * 0,5,6', '*/15 9-17 * * 1-5', '@weekly', '5-50/15 0,12 1 1,7 *'];
  for (const cron of schedules) {
    const schedule = scheduleOf({ cron, timeZone: 'UTC', jitter: '5m' });
    const program = programOf({ argv: ['/usr/bin/env', ...NASTY], environment: { X: NASTY.join(' ') } });
    const { text } = crontabLine(jobOf({ schedule, program, logFile: '/tmp/100% log' }))._unsafeUnwrap();
    const { status, stderr } = dryRun(text);
    expect([cron, status, stderr]).toEqual([cron, 0, expect.not.stringMatching(/error|bad/)]);
  }
  expect(dryRun('0 25 * * * true\n').status).not.toBe(0);
});

test('a shell starts it with the arguments as they are', () => {
  const log = join(temporaryFolder(), "100% it's.log");
  const show = [
    process.execPath,
    '-e',
    'console.log(JSON.stringify([process.argv.slice(1), process.env.X]))',
  ] as const;
  const program = programOf({ argv: [...show, '--', ...NASTY], environment: { X: NASTY.join(' ') } });
  const { text } = crontabLine(jobOf({ program, logFile: log }))._unsafeUnwrap();
  const [, command = ''] = /^(?:\S+ ){5}(.*)\n$/.exec(text) ?? [];
  // Cron cuts at a bare %, and takes the backslash from others.
  expect(command).not.toMatch(/(?<!\\)%/);
  const { status, stderr } = runTool('sh', ['-c', command.replaceAll('\\%', '%')]);
  expect([status, stderr]).toEqual([0, '']);
  const { stdout } = runTool('cat', [log]);
  expect(JSON.parse(stdout)).toEqual([NASTY, NASTY.join(' ')]);
});

test.each([
  [{ logFile: '/a\nb' }, 'the log file has control characters: /a\\x0ab'],
  [{ program: programOf({ argv: ['node'] }) }, 'the program node is no absolute path'],
  [
    { program: programOf({ argv: ['/n', 'ü'.repeat(500)] }) },
    'the command is longer than a line of a crontab may be',
  ],
])('%j is refused', (changes, message) => {
  expect(crontabLine(jobOf(changes))._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid', message });
});

import { keepError } from '@sessionkeep/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { JsonLog } from './json-log.js';
import { MOST_LINE_BYTES, type LogLevel } from './log-line.js';
import { openLogSink, type LogSink } from './log-sink.js';
import { Redactor } from './redactor.js';

const NOW = Date.UTC(2026, 2, 1, 3);

/** A log into a list of lines. */
function open(level: LogLevel = 'debug'): {
  log: JsonLog;
  redactor: Redactor;
  lines: string[];
  last: () => Record<string, unknown>;
} {
  const lines: string[] = [];
  const sink: LogSink = { write: (line) => lines.push(line) > 0, flushed: async () => undefined };
  const redactor = new Redactor();
  const log = new JsonLog({ level, now: () => NOW, sink, redactor });
  return { log, redactor, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

test('a line is an object, and its head comes first', () => {
  const { log, lines } = open();
  log.info('repo', 'blue/shop: 3 new', { files: 3, nothing: undefined, time: 'never', level: 'loud' });
  expect(lines).toEqual([
    '{"time":"2026-03-01T03:00:00.000Z","level":"info","event":"repo","message":"blue/shop: 3 new","files":3}\n',
  ]);
});

test.each([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
] as const)('%s tells %j', (level, told) => {
  const { log, lines } = open(level);
  log.debug('a', '');
  log.info('a', '');
  log.warn('a', '');
  log.error('a', '');
  expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(told);
});

describe('fields', () => {
  test('errors are what a person needs of them, however deep they lie', () => {
    const { log, last } = open();
    const cause = new Error('the cause');
    const error = keepError('denied', 'open share', 'not allowed', {
      path: 'a',
      hint: 'ask',
      retry: true,
      cause,
    });
    log.error('repo', '', { error, list: [{ error }], thrown: new TypeError('odd') });
    const flat = { kind: 'denied', operation: 'open share', message: 'not allowed', path: 'a', hint: 'ask' };
    expect(last()).toMatchObject({ list: [{ error: flat }], thrown: { kind: 'TypeError', message: 'odd' } });
    expect(last()['error']).toEqual(flat);
  });

  test('what JSON has no word for is text', () => {
    const { log, last } = open();
    log.info('a', '', { big: 2n ** 64n, none: NaN, all: Infinity, at: new Date(NOW) });
    expect(last()).toMatchObject({
      big: '18446744073709551616',
      none: 'NaN',
      all: 'Infinity',
      at: '2026-03-01T03:00:00.000Z',
    });
  });

  test('data that holds itself comes to an end', () => {
    const { log, last } = open();
    const data: Record<string, unknown> = { name: 'a' };
    data['self'] = data;
    log.info('a', '', { data });
    expect(last()).toMatchObject({ data: { name: 'a', self: { name: 'a' } } });
  });
});

test('nothing in a line moves a cursor, and a program reads what it was', () => {
  const { log, lines, last } = open();
  const name = '\u001b[2J\u0007\u009b1m\u007f\u202egnp.exe\u2028\u{e0041}';
  log.info('file', name);
  expect(lines[0]).toMatch(/^[\x20-\x7e]*\n$/);
  expect(last()).toMatchObject({ message: name });
});

describe('secrets', () => {
  test('are nowhere in a line, also those that become known later', () => {
    const { log, redactor, lines } = open();
    log.info('start', 'hunter2');
    redactor.add('hunter2');
    const error = keepError('denied', 'open', 'hunter2 is wrong', { hint: 'not hunter2', path: '/hunter2' });
    log.info('repo', 'say hunter2', { error, list: ['hunter2'], deep: { a: { b: 'hunter2' } } });
    expect(lines[0]).toContain('hunter2');
    expect(lines[1]).not.toContain('hunter2');
    expect(lines[1]?.match(/\*\*\*/g)).toHaveLength(6);
  });

  test('are not cut in two', () => {
    const { log, redactor, lines } = open();
    redactor.add('hunter2hunter2');
    log.info('a', `${'x'.repeat(4090)}hunter2hunter2${'x'.repeat(90_000)}`);
    expect(lines[0]).not.toContain('hunt');
  });
});

describe('16 KiB is the most', () => {
  test('a long text is cut between two characters, and says so', () => {
    const { log, last, lines } = open();
    for (const start of ['x', 'xx']) {
      log.info('a', start + '😀'.repeat(20_000));
      expect(last()['message']).toMatch(/^x+(?:😀)+… \(\d+ more characters\)$/u);
      expect(Buffer.byteLength(lines.at(-1)!)).toBeLessThanOrEqual(MOST_LINE_BYTES);
    }
  });

  test('a long list is cut, and says so', () => {
    const { log, last } = open();
    log.info('a', '', { list: Array.from({ length: 1000 }, (_, at) => at) });
    expect(last()['list']).toHaveLength(101);
    expect((last()['list'] as unknown[]).at(-1)).toBe('… 900 more');
  });

  test.each([
    ['many long texts', { list: Array.from({ length: 1000 }, () => 'ü'.repeat(3000)) }],
    [
      'many fields',
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`field-${at}`, '\u0001'.repeat(5000)])),
    ],
    ['one long name', { ['x'.repeat(100_000)]: 1 }],
  ])('%s', (_, fields) => {
    const { log, lines, last } = open();
    log.error('repo', '\u0001'.repeat(100_000), fields);
    expect(Buffer.byteLength(lines[0]!)).toBeLessThanOrEqual(MOST_LINE_BYTES);
    expect(last()).toMatchObject({ level: 'error', event: 'repo' });
  });

  test('fields that do not fit are left out, not the message', () => {
    const { log, last } = open();
    log.error('repo', 'what it was', { ['x'.repeat(100_000)]: 1 });
    expect(last()).toMatchObject({ message: 'what it was', cut: 'the fields were too long' });
  });
});

describe('a reader', () => {
  const tell = (log: JsonLog, times: number): void => {
    for (let time = 0; time < times; time++) log.info('file', 'x'.repeat(1000));
  };
  const logTo = (stream: NodeJS.WritableStream): JsonLog =>
    new JsonLog({ level: 'info', now: () => NOW, sink: openLogSink(stream), redactor: new Redactor() });

  test('that goes away takes its lines with it, and nothing else', async () => {
    const child = spawn('sh', ['-c', 'exec 0<&-; echo gone; sleep 60'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill());
    await once(child.stdout, 'data');
    const log = logTo(child.stdin);
    // `once` would reject with the error that comes before.
    const broken = new Promise((resolve) => child.stdin.on('close', resolve));
    tell(log, 10);
    await broken;
    tell(log, 5000);
    await log.end();
    expect(child.stdin.writableLength).toBeLessThan(20_000);
  });

  test('that never reads is not waited for, and not all is held for it', async () => {
    const child = spawn('sleep', ['60'], { stdio: ['pipe', 'ignore', 'ignore'] });
    onTestFinished(() => void child.kill());
    const log = logTo(child.stdin);
    tell(log, 20_000);
    await nextTurn();
    expect(child.stdin.writableLength).toBeGreaterThan(1_000_000);
    expect(child.stdin.writableLength).toBeLessThan(1_200_000);
  });

  test('that comes back is told what it has missed', async () => {
    const stream = new PassThrough();
    const log = logTo(stream);
    tell(log, 5000);
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await log.end();
    stream.end();
    await once(stream, 'end');
    const lines = Buffer.concat(chunks)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const last = lines.at(-1);
    expect(last).toMatchObject({ level: 'warn', event: 'log', lost: 5000 - (lines.length - 1) });
    expect(last?.['lost']).toBeGreaterThan(1000);
    expect(lines.filter(({ event }) => event === 'log')).toHaveLength(1);
  });
});

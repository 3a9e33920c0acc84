import { describe, expect, test } from 'vitest';
import { helpText } from './help-text.js';
import { OPTIONS } from './options.js';
import { parseOptions } from './parse-options.js';

const parse = (argv: readonly string[], env = {}) => parseOptions(argv, env);

test('values in both ways, and flags', () => {
  const { options, errors } = parse(['--config', 'a.yaml', '--verify-sample=2', '--checksum']);
  const { values, flags, shard, logLevel } = options;
  expect(errors).toEqual([]);
  expect([...values]).toEqual([
    ['config', 'a.yaml'],
    ['verify-sample', '2'],
  ]);
  expect([[...flags], shard, logLevel]).toEqual([['checksum'], null, 'info']);
});

describe('a shard', () => {
  const shard = (argv: readonly string[], env = {}) => parse(argv, env).options.shard;

  test('as it is given, or out of an Indexed Job', () => {
    expect(shard(['--shard', '3/4'])).toEqual({ index: 3, of: 4 });
    expect(shard(['--shards', '4'], { JOB_COMPLETION_INDEX: '0' })).toEqual({
      index: 0,
      of: 4,
    });
    expect(shard([], { JOB_COMPLETION_INDEX: '0' })).toBeNull();
  });

  test.each([
    [['--shard', '4/4'], {}, '--shard: "4/4" is no shard'],
    [['--shard', '-1/4'], {}, '--shard: "-1/4" is no shard'],
    [['--shard', '0/0'], {}, '--shard: "0/0" is no shard'],
    [['--shard', '1'], {}, '--shard: "1" is no shard'],
    [['--shards', '4'], {}, '--shards: the environment variable JOB_COMPLETION_INDEX is not set'],
    [['--shards', '4'], { JOB_COMPLETION_INDEX: '9' }, 'JOB_COMPLETION_INDEX: "9/4" is no shard'],
    [['--shards', '4', '--shard', '0/4'], {}, 'mean the same'],
  ])('%j with %j is refused', (argv, env, text) => {
    const { options, errors } = parse(argv, env);
    expect(options.shard).toBeNull();
    expect(errors).toMatchObject([
      { kind: 'usage', message: expect.stringContaining(text) as string, hint: expect.anything() as string },
    ]);
  });
});

test.each([
  [['backup'], '"backup" is no option'],
  [['--confg', 'x'], 'there is no option --confg'],
  [['--config'], '--config needs a value'],
  [['--config', '--checksum'], '--config needs a value'],
  [['--checksum=yes'], '--checksum takes no value'],
  [['--checksum', '--checksum'], '--checksum is given twice'],
  [['--log-level', 'loud'], '--log-level: "loud" is none'],
  [['--\u001b[2J', 'x'], String.raw`there is no option --\x1b[2J`],
])('%j is refused', (argv, text) => {
  expect(parse(argv).errors.map(({ message }) => message)).toEqual([text]);
});

test('what is wrong leaves the rest as it is', () => {
  const { options, errors } = parse(['--termination-log', '/t', '--lane', '3', '--dry-run']);
  expect([[...options.values], [...options.flags], errors.length]).toEqual([
    [['termination-log', '/t']],
    [],
    1,
  ]);
});

test('the help names every option, and fits a terminal', () => {
  const lines = helpText().split('\n');
  for (const name of Object.keys(OPTIONS))
    expect(lines.some((line) => line.startsWith(`  --${name}`))).toBe(true);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

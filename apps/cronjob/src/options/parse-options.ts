import { keepError, nearest, printable, type KeepError } from '@sessionkeep/core';
import { parseShard, type Shard } from '@sessionkeep/runner';
import { err, ok, Result } from 'neverthrow';
import { LOG_LEVELS, type LogLevel } from '../log/log-line.js';
import { OPTIONS, type OptionName, type OptionSpec } from './options.js';

/** A command line that was understood. */
export interface Options {
  readonly values: ReadonlyMap<OptionName, string>;
  readonly flags: ReadonlySet<OptionName>;
  readonly shard: Shard | null;
  readonly logLevel: LogLevel;
}

type Env = Readonly<Record<string, string | undefined>>;

/** What of a command line could be read, whatever else is wrong with it: for who says so. */
export const NO_OPTIONS: Options = { values: new Map(), flags: new Set(), shard: null, logLevel: 'info' };

/** Reads a command line: `--name value`, `--name=value`, `--flag`. */
export function parseOptions(argv: readonly string[], env: Env): Result<Options, KeepError> {
  return readWords(argv).andThen(({ values, flags }) =>
    Result.combine([shardOf(values, env), levelOf(values)]).map(([shard, logLevel]) => ({
      values,
      flags,
      shard,
      logLevel,
    })),
  );
}

type Words = Pick<Options, 'values' | 'flags'>;

function readWords(argv: readonly string[]): Result<Words, KeepError> {
  const values = new Map<OptionName, string>();
  const flags = new Set<OptionName>();
  const words = argv.values();
  for (const word of words) {
    const [, name = '', joined] = /^--([^=]+)(?:=([^]*))?$/.exec(word) ?? [];
    if (!isOption(name)) return err(unknown(word, name));
    const spec: OptionSpec = OPTIONS[name];
    if (values.has(name) || flags.has(name)) return err(usage(`--${name} is given twice`, 'give it once'));
    if (spec.value === undefined) {
      if (joined !== undefined) return err(usage(`--${name} takes no value`, `write --${name}`));
      flags.add(name);
      continue;
    }
    const value = joined ?? words.next().value;
    if (value === undefined || (joined === undefined && value.startsWith('--')))
      return err(usage(`--${name} needs a value`, `write --${name} ${spec.value}`));
    values.set(name, value);
  }
  return ok({ values, flags });
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

function unknown(word: string, name: string): KeepError {
  if (name === '') return usage(`"${printable(word)}" is no option`, 'see --help; it takes no operands');
  const meant = nearest(name, Object.keys(OPTIONS));
  return usage(
    `there is no option --${printable(name)}`,
    meant === null ? 'see --help' : `did you mean --${meant}?`,
  );
}

const INDEX = 'JOB_COMPLETION_INDEX';

function shardOf(values: Words['values'], env: Env): Result<Shard | null, KeepError> {
  const [shard, shards] = [values.get('shard'), values.get('shards')];
  if (shard !== undefined && shards !== undefined)
    return err(usage('--shard and --shards mean the same', 'give one of them'));
  if (shard !== undefined) return parseShard(shard).mapErr(named('--shard'));
  if (shards === undefined) return ok(null);
  const index = env[INDEX] ?? '';
  if (index === '') {
    const hint = 'run it in a Job with completionMode: Indexed, or give --shard I/N';
    return err(usage(`--shards: the environment variable ${INDEX} is not set`, hint));
  }
  return parseShard(`${index}/${shards}`).mapErr(named(`--shards and ${INDEX}`));
}

function levelOf(values: Words['values']): Result<LogLevel, KeepError> {
  const level = values.get('log-level') ?? 'info';
  const known = LOG_LEVELS.find((one) => one === level);
  if (known !== undefined) return ok(known);
  return err(usage(`--log-level: "${printable(level)}" is none`, `write one of ${LOG_LEVELS.join(', ')}`));
}

function named(option: string): (error: KeepError) => KeepError {
  return (error) => ({ ...error, message: `${option}: ${error.message}` });
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'read arguments', message, { hint });
}

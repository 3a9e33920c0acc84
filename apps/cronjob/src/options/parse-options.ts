import { keepError, nearest, printable, type KeepError } from '@sessionkeep/core';
import { parseShard, type Shard } from '@sessionkeep/runner';
import { err, ok, type Result } from 'neverthrow';
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

/** A command line, as far as it could be understood, and what is wrong with the rest. */
export interface ReadOptions {
  readonly options: Options;
  readonly errors: readonly KeepError[];
}

/** Reads a command line: `--name value`, `--name=value`, `--flag`. */
export function parseOptions(argv: readonly string[], env: Env): ReadOptions {
  const { values, flags, errors } = readWords(argv);
  const take = <T>(read: Result<T, KeepError>, otherwise: T): T => {
    if (read.isErr()) errors.push(read.error);
    return read.unwrapOr(otherwise);
  };
  const shard = take<Shard | null>(shardOf(values, env), null);
  const logLevel = take<LogLevel>(levelOf(values), 'info');
  return { options: { values, flags, shard, logLevel }, errors };
}

interface Words extends Pick<Options, 'values' | 'flags'> {
  readonly errors: KeepError[];
}

function readWords(argv: readonly string[]): Words {
  const values = new Map<OptionName, string>();
  const flags = new Set<OptionName>();
  const errors: KeepError[] = [];
  const words = argv.values();
  for (const word of words) {
    const [, name = '', joined] = /^--([^=]+)(?:=([^]*))?$/.exec(word) ?? [];
    if (!isOption(name)) {
      errors.push(unknown(word, name));
      // What follows is the value of who knows what.
      break;
    }
    const { value: wanted }: OptionSpec = OPTIONS[name];
    if (values.has(name) || flags.has(name)) errors.push(usage(`--${name} is given twice`, 'give it once'));
    else if (wanted === undefined) {
      if (joined !== undefined) errors.push(usage(`--${name} takes no value`, `write --${name}`));
      flags.add(name);
    } else {
      const value = joined ?? words.next().value;
      if (value === undefined || (joined === undefined && value.startsWith('--')))
        errors.push(usage(`--${name} needs a value`, `write --${name} ${wanted}`));
      else values.set(name, value);
    }
  }
  return { values, flags, errors };
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

import { keepError, nearest, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { makeArgs, type Args } from './args.js';
import {
  COMMAND_NAMES,
  commandSpec,
  isCommandName,
  operandChoices,
  type CommandName,
} from './command-table.js';
import {
  isOptionName,
  optionOfLetter,
  OPTIONS,
  valueName,
  type OptionName,
  type OptionSpec,
} from './options.js';

/**
 * Reads a command line: the command first, then `--option value`, `--option=value` and flags in any order. A value may
 * begin with one dash, as project folders do; one that begins with two is given as `--option=--value`. What follows a bare
 * `--` is no option.
 */
export function parseArgs(argv: readonly string[]): Result<Args, KeepError> {
  const [first, ...rest] = argv;
  if (first === undefined) return err(usage('no command given', 'run `sessionkeep help`'));
  if (first === '--help' || first === '-h') return ok(makeArgs('help'));
  if (first === '--version' || first === '-V') return ok(makeArgs('version'));
  if (!isCommandName(first)) return err(unknownCommand(first));
  return parseRest(first, rest);
}

function parseRest(command: CommandName, rest: readonly string[]): Result<Args, KeepError> {
  const flags = new Set<OptionName>();
  const values = new Map<OptionName, string>();
  const operands: string[] = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? '';
    if (word === '--') {
      operands.push(...rest.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const option = readOption(command, word);
    if (option.isErr()) return err(option.error);
    const { name, inline } = option.value;
    const wanted = valueName(name);
    if (wanted === null) {
      if (inline !== null) return err(usage(`--${name} takes no value`, helpFor(command)));
      flags.add(name);
      continue;
    }
    const next = rest[at + 1];
    const value = inline ?? (next?.startsWith('--') === true ? '' : (next ?? ''));
    if (inline === null) at++;
    if (value === '') return err(usage(`--${name} needs a value: --${name} ${wanted}`, helpFor(command)));
    if (values.has(name)) return err(usage(`--${name} is given twice`, 'give it once'));
    values.set(name, value);
  }
  return check({ command, flags, values, operands });
}

function readOption(
  command: CommandName,
  word: string,
): Result<{ name: OptionName; inline: string | null }, KeepError> {
  const equals = word.indexOf('=');
  const long = word.slice(2, equals < 0 ? undefined : equals);
  const name = word.startsWith('--')
    ? long
    : ((word.length === 2 ? optionOfLetter(word.slice(1)) : null) ?? '');
  const { options } = commandSpec(command);
  if (isOptionName(name) && (name === 'help' || options.includes(name))) {
    return ok({ name, inline: equals < 0 ? null : word.slice(equals + 1) });
  }
  const meant = nearest(name === '' ? word : name, options);
  const shown = printable(equals < 0 ? word : word.slice(0, equals));
  if (meant !== null) return err(usage(`${command} has no option ${shown}`, `did you mean --${meant}?`));
  const others = COMMAND_NAMES.filter(
    (other) => isOptionName(name) && commandSpec(other).options.includes(name),
  );
  const where =
    others.length > 0 ? `, but ${others.join(', ')} ${others.length > 1 ? 'have' : 'has'} it` : '';
  return err(usage(`${command} has no option ${shown}${where}`, helpFor(command)));
}

function check(args: Args): Result<Args, KeepError> {
  const { command, flags, values, operands } = args;
  const spec = commandSpec(command);
  if (flags.has('help')) return ok(args);
  const places = spec.operands ?? [];
  const extra = operands[places.length];
  if (extra !== undefined)
    return err(usage(`${command} does not know what to do with "${printable(extra)}"`, helpFor(command)));
  const lacking = places.slice(operands.length).find((place) => !place.endsWith('?'));
  if (lacking !== undefined) {
    const choices = operandChoices(lacking);
    const what = choices.length > 0 ? choices.join(' or ') : `a ${lacking}`;
    return err(usage(`${command} needs ${what}`, helpFor(command)));
  }
  for (const [at, word] of operands.entries()) {
    const choices = operandChoices(places[at] ?? '');
    if (choices.length > 0 && !choices.includes(word)) return err(unknownWord(command, word, choices));
  }
  for (const name of flags) {
    const { not }: OptionSpec = OPTIONS[name];
    if (not !== undefined && isOptionName(not) && flags.has(not))
      return err(usage(`--${name} and --${not} contradict each other`, 'give one of them'));
  }
  const missing = (spec.needs ?? []).find((name) => !values.has(name));
  if (missing !== undefined) {
    return err(usage(`${command} needs --${missing} ${valueName(missing) ?? ''}`, helpFor(command)));
  }
  return ok(args);
}

function unknownCommand(word: string): KeepError {
  const meant = nearest(word, COMMAND_NAMES);
  const hint = meant === null ? 'run `sessionkeep help`' : `did you mean ${meant}?`;
  return usage(`there is no command "${printable(word)}"`, hint);
}

function unknownWord(command: CommandName, word: string, choices: readonly string[]): KeepError {
  const meant = nearest(word, choices);
  const hint =
    meant === null
      ? `there ${choices.length > 1 ? 'are' : 'is'} ${choices.join(', ')}`
      : `did you mean ${meant}?`;
  return usage(`${command} does not know "${printable(word)}"`, hint);
}

function helpFor(command: CommandName): string {
  return `run \`sessionkeep help ${command}\``;
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'read arguments', message, { hint });
}

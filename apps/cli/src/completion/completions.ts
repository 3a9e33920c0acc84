import { COMMAND_NAMES, commandSpec, operandChoices, type CommandName } from '../args/command-table.js';
import { OPTIONS, type ConfigNames, type OptionName, type OptionSpec } from '../args/options.js';

/** What can stand in a place of the command line, as far as a shell can know it. */
export interface Completion {
  readonly files: boolean;
  readonly folders: boolean;
  readonly words: readonly string[];
  /** Names that the configuration has. */
  readonly names: ConfigNames | null;
}

export interface OptionCompletion {
  readonly name: OptionName;
  readonly short: string | null;
  /** The flag that the shell need not offer beside this one. */
  readonly not: string | null;
  readonly help: string;
  /** What its value is called, and what it may be; null for a flag. */
  readonly value: { readonly name: string; readonly completion: Completion } | null;
  readonly commands: readonly CommandName[];
}

export interface CommandCompletion {
  readonly name: CommandName;
  readonly summary: string;
  readonly options: readonly OptionName[];
  /** The first operand: others are never of a closed set. */
  readonly operand: Completion;
}

const NOTHING: Completion = { files: false, folders: false, words: [], names: null };

/** Every option, and the commands that have it. */
export function optionCompletions(): OptionCompletion[] {
  return (Object.keys(OPTIONS) as OptionName[]).map((name) => {
    const { value, short, not, names, help }: OptionSpec = OPTIONS[name];
    return {
      name,
      short: short ?? null,
      not: not ?? null,
      help,
      value: value === undefined ? null : { name: value, completion: ofValue(value, names ?? null) },
      commands: COMMAND_NAMES.filter((command) => optionsOf(command).includes(name)),
    };
  });
}

export function commandCompletions(): CommandCompletion[] {
  return COMMAND_NAMES.map((name) => {
    const { summary, operands = [] } = commandSpec(name);
    return { name, summary, options: optionsOf(name), operand: ofOperand(operands[0] ?? '') };
  });
}

function optionsOf(command: CommandName): readonly OptionName[] {
  return [...commandSpec(command).options, 'help'];
}

/** `DIR|NAME`: what is written in small letters stands for itself. */
function ofValue(value: string, names: ConfigNames | null): Completion {
  const parts = value.split('|');
  return {
    files: parts.includes('FILE'),
    folders: parts.includes('DIR'),
    words: parts.filter((part) => part === part.toLowerCase()),
    names: parts.includes('NAME') ? names : null,
  };
}

function ofOperand(operand: string): Completion {
  const words = operand.startsWith('COMMAND') ? COMMAND_NAMES : operandChoices(operand);
  return { ...NOTHING, words };
}

import { EXIT_MEANINGS, wrap } from '@sessionkeep/runner/program';
import { COMMAND_NAMES, commandSpec, GROUPS, operandChoices, type CommandName } from './command-table.js';
import { OPTIONS, type OptionName, type OptionSpec } from './options.js';

const WIDTH = 80;

/** What `sessionkeep help` prints. */
export function overview(): string {
  const width = Math.max(...COMMAND_NAMES.map((name) => name.length)) + 2;
  const codes = Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `${code} ${meaning}`);
  return [
    'sessionkeep keeps Claude Code session logs, and never loses one.',
    '',
    'Usage: sessionkeep COMMAND [OPTIONS]',
    ...GROUPS.flatMap((group) =>
      section(
        `${group}:`,
        commandsOf(group).flatMap((name) => columns(name, commandSpec(name).summary, width)),
      ),
    ),
    '',
    'sessionkeep help COMMAND shows its options and examples.',
    '',
    ...wrap(`Exit codes: ${codes.join(', ')}.`, WIDTH),
    '',
  ].join('\n');
}

/** What `sessionkeep help COMMAND` prints. */
export function commandHelp(command: CommandName): string {
  const { summary, about, options, examples } = commandSpec(command);
  return [
    ...wrap(`sessionkeep ${command}: ${summary}`, WIDTH),
    '',
    ...wrap(`Usage: ${usageLine(command)}`, WIDTH),
    ...(about === undefined ? [] : ['', ...wrap(about, WIDTH)]),
    ...section(
      'Options:',
      options.flatMap((name) => columns(optionText(name), OPTIONS[name].help, 26)),
    ),
    ...section(
      'Examples:',
      examples.flatMap(([line, meaning]) => [`  ${line}`, `      ${meaning}`]),
    ),
    '',
  ].join('\n');
}

/** `sessionkeep restore --into DIR [OPTIONS]`. */
export function usageLine(command: CommandName): string {
  const { options, needs = [], operands = [] } = commandSpec(command);
  const chosen = (name: string): boolean => operandChoices(name).length > 0;
  const shown = (name: string): string => (name.endsWith('?') ? `[${name.slice(0, -1)}]` : name);
  const words = [
    // They are part of the command's name.
    ...operands.filter(chosen).map(shown),
    ...needs.map(optionText),
    ...(options.length > needs.length ? ['[OPTIONS]'] : []),
    ...operands.filter((name) => !chosen(name)).map(shown),
  ];
  return ['sessionkeep', command, ...words].join(' ');
}

export function commandsOf(group: string): readonly CommandName[] {
  return COMMAND_NAMES.filter((name) => commandSpec(name).group === group);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

/** `-v, --verbose`, `--to DIR|NAME`. */
function optionText(name: OptionName): string {
  const { value, short }: OptionSpec = OPTIONS[name];
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** A name and its text beside it, wrapped. */
function columns(name: string, text: string, width: number): string[] {
  return wrap(text, WIDTH - 2 - width).map((part, at) => `  ${(at === 0 ? name : '').padEnd(width)}${part}`);
}

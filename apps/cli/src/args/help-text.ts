import { COMMAND_NAMES, commandSpec, type CommandName } from './command-table.js';
import { OPTIONS, type OptionName, type OptionSpec } from './options.js';

const WIDTH = 80;

/** What `sessionkeep help` prints. */
export function overview(): string {
  const width = Math.max(...COMMAND_NAMES.map((name) => name.length)) + 2;
  return [
    'sessionkeep keeps Claude Code session logs, and never loses one.',
    '',
    'Usage: sessionkeep COMMAND [OPTIONS]',
    '',
    ...COMMAND_NAMES.flatMap((name) => columns(name, commandSpec(name).summary, width)),
    '',
    'sessionkeep help COMMAND shows its options and examples.',
    '',
    'Exit codes: 0 done, 1 unexpected, 2 usage or configuration, 3 some files failed',
    'or were refused, 4 damage found, 5 locked by another run, 6 cannot connect or',
    'not allowed, 130 interrupted.',
    '',
  ].join('\n');
}

/** What `sessionkeep help COMMAND` prints. */
export function commandHelp(command: CommandName): string {
  const { summary, options, needs = [], operands = [], examples } = commandSpec(command);
  const needed = needs.map((name) => ` ${optionText(name)}`).join('');
  const usage = `Usage: sessionkeep ${command}${needed}${options.length > needs.length ? ' [OPTIONS]' : ''}${operandText(operands)}`;
  return [
    `sessionkeep ${command}: ${summary}`,
    '',
    usage,
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

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function operandText(operands: readonly string[]): string {
  return operands.map((name) => (name.endsWith('?') ? ` [${name.slice(0, -1)}]` : ` ${name}`)).join('');
}

function optionText(name: OptionName): string {
  const { value, short }: OptionSpec = OPTIONS[name];
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** A name and its text beside it, wrapped. */
function columns(name: string, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && 2 + width + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((part, at) => `  ${(at === 0 ? name : '').padEnd(width)}${part}`);
}

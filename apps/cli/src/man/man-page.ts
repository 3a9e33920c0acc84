import { EXIT_MEANINGS } from '@sessionkeep/runner/program';
import { COMMAND_NAMES, commandSpec, GROUPS, type CommandName } from '../args/command-table.js';
import { commandsOf, usageLine } from '../args/help-text.js';
import { OPTIONS, type OptionName, type OptionSpec } from '../args/options.js';
import { bold, heading, prose, roff, term } from './roff.js';
import { ENVIRONMENT, FILES } from './surroundings.js';

/** `sessionkeep.1`, in man(7), from the tables that parsing and help are made from. */
export function manPage(version: string): string {
  return [
    `.TH SESSIONKEEP 1 "" "sessionkeep ${roff(version)}" "User Commands"`,
    '.SH NAME',
    `sessionkeep ${roff('-')} keep Claude Code session logs, and never lose one`,
    '.SH SYNOPSIS',
    `${bold('sessionkeep')} \\fICOMMAND\\fR [\\fIOPTIONS\\fR]`,
    ...description(),
    '.SH COMMANDS',
    ...GROUPS.flatMap((group) => [heading('SS', group), ...commandsOf(group).flatMap(command)]),
    '.SH OPTIONS',
    ...prose('One name means one thing in all commands that have it. They are named behind it.'),
    ...(Object.keys(OPTIONS) as OptionName[]).flatMap(option),
    '.SH "EXIT STATUS"',
    ...Object.entries(EXIT_MEANINGS).flatMap(([code, meaning]) => term(bold(code), prose(meaning))),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => term(bold(name), prose(meaning))),
    '.SH FILES',
    ...FILES.flatMap(([name, meaning]) => term(`\\fI${roff(name)}\\fR`, prose(meaning))),
    '.SH EXAMPLES',
    ...COMMAND_NAMES.flatMap((name) =>
      commandSpec(name).examples.flatMap(([line, meaning]) => term(bold(line), prose(meaning))),
    ),
    '',
  ].join('\n');
}

function description(): string[] {
  return [
    '.SH DESCRIPTION',
    ...prose(
      'Claude Code writes a transcript of every session on the machine it runs on, and deletes it after 30 days. `sessionkeep` keeps them: it copies what is new to an archive, incrementally, and proves that it is there. What the source deletes, truncates or rewrites is never lost from the archive, and every past state of every file can be brought back.',
    ),
    '.PP',
    ...prose(
      'An archive is plain files that can be browsed, searched and copied, with a ledger beside them that shows any change made to it. There is no encryption at rest, which is the business of the disk or share.',
    ),
  ];
}

function command(name: CommandName): string[] {
  const { summary, about } = commandSpec(name);
  const more = about === undefined ? [] : ['.IP', ...prose(about)];
  // A long row of words can be broken so.
  return term(bold(usageLine(name)).replaceAll('|', ' | '), [...prose(sentence(summary)), ...more]);
}

function option(name: OptionName): string[] {
  const { value, short, help }: OptionSpec = OPTIONS[name];
  const forms = [...(short === undefined ? [] : [bold(`-${short}`)]), bold(`--${name}`)].join(', ');
  const having = COMMAND_NAMES.filter((one) => commandSpec(one).options.includes(name)).join(', ');
  return term(`${forms}${value === undefined ? '' : ` \\fI${roff(value)}\\fR`}`, [
    ...prose(sentence(help)),
    ...prose(`(${name === 'help' ? 'all commands' : having})`),
  ]);
}

/** `keep what is new` → `Keep what is new.` */
function sentence(text: string): string {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.:)]$/.test(first) && !first.endsWith(')') ? first : `${first}.`;
}

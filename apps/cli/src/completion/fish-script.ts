import { commandCompletions, optionCompletions, type Completion } from './completions.js';

/** Completion for fish, from version 3.0 on. */
export function fishScript(): string {
  const commands = commandCompletions();
  return `# Completion of sessionkeep for fish: sessionkeep completion fish > ~/.config/fish/completions/sessionkeep.fish

function __sessionkeep_is
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv
end

function __sessionkeep_words
    test (count (commandline -opc)) -eq $argv[1]
end

function __sessionkeep_names
    set -l words (commandline -opc)
    set -l config
    if set -l at (contains -i -- --config $words); and test $at -lt (count $words)
        set config --config $words[(math $at + 1)]
    end
    sessionkeep completion $argv[1] $config 2>/dev/null
end

function __sessionkeep_folders
    __fish_complete_directories (string replace -r '^--[^=]*=' '' -- (commandline -ct))
end

complete -c sessionkeep -f
complete -c sessionkeep -n '__sessionkeep_words 1' -s h -l help -d 'show the help'
complete -c sessionkeep -n '__sessionkeep_words 1' -s V -l version -d 'show the version'
${commands
  .map(
    ({ name, summary }) =>
      `complete -c sessionkeep -n '__sessionkeep_words 1' -a ${name} -d ${quoted(summary)}\n`,
  )
  .join('')}${commands
    .filter(({ operand }) => operand.words.length > 0)
    .map(
      ({ name, operand }) =>
        `complete -c sessionkeep -n '__sessionkeep_is ${name}; and __sessionkeep_words 2' -a '${operand.words.join(' ')}'\n`,
    )
    .join('')}${optionCompletions()
    .map(({ name, short, help, value, commands: having }) => {
      const letter = short === null ? '' : ` -s ${short}`;
      const argument = value === null ? '' : argumentOf(value.completion);
      return `complete -c sessionkeep -n '__sessionkeep_is ${having.join(' ')}'${letter} -l ${name}${argument} -d ${quoted(help)}\n`;
    })
    .join('')}`;
}

function argumentOf({ files, folders, words, names }: Completion): string {
  if (files) return ' -r -F';
  const ways = [
    ...words,
    ...(names === null ? [] : [`(__sessionkeep_names ${names})`]),
    ...(folders ? ['(__sessionkeep_folders)'] : []),
  ];
  return ways.length === 0 ? ' -x' : ` -x -a '${ways.join(' ')}'`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

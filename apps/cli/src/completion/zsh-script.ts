import { commandCompletions, optionCompletions, type OptionCompletion } from './completions.js';

/** Completion for zsh: sourced, or as a file `_sessionkeep` in a folder of `$fpath`. */
export function zshScript(): string {
  const commands = commandCompletions();
  const options = optionCompletions();
  return `#compdef sessionkeep
# Completion of sessionkeep for zsh. In ~/.zshrc, after compinit: source <(sessionkeep completion zsh)

_sessionkeep_names() {
  local -a names config
  (( \${+opt_args[--config]} )) && config=(--config "\${(Q)opt_args[--config]}")
  names=(\${(f)"$(sessionkeep completion $1 $config 2>/dev/null)"})
  shift
  compadd "$@" -a names
}
_sessionkeep_sources() { _sessionkeep_names sources "$@" }
_sessionkeep_repos() { _sessionkeep_names repos "$@" }
_sessionkeep_targets() { _sessionkeep_names targets "$@" }

${options.map(valueFunction).join('')}
_sessionkeep_commands() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}\n`).join('')}  )
  _describe -t commands 'command' commands
}

_sessionkeep() {
  local curcontext="$curcontext" state
  local -A opt_args
  _arguments -C '(- 1 *)'{-h,--help}'[show the help]' '(- 1 *)'{-V,--version}'[show the version]' \\
    '1:command:_sessionkeep_commands' '*::argument:->arguments'
  [[ $state == arguments ]] || return
  case $words[1] in
${commands
  .map(({ name, options: has, operand }) => {
    const specs = [
      ...options.filter((option) => has.includes(option.name)).flatMap(optionSpecs),
      ...(operand.words.length > 0 ? [quoted(`1:${name}:(${operand.words.join(' ')})`)] : []),
    ];
    return `    ${name})\n      _arguments -s \\\n        ${specs.join(' \\\n        ')}\n      ;;\n`;
  })
  .join('')}  esac
}

if [[ $funcstack[1] == _sessionkeep ]]; then
  _sessionkeep "$@"
else
  compdef _sessionkeep sessionkeep
fi
`;
}

function optionSpecs(option: OptionCompletion): string[] {
  const { name, short, not, help, value } = option;
  const forms = short === null ? [`--${name}`] : [`-${short}`, `--${name}`];
  const excluded = [...forms, ...(not === null ? [] : [`--${not}`])].join(' ');
  const described = `[${help.replace(/[\\[\]:]/g, '\\$&')}]`;
  if (value === null) return forms.map((form) => quoted(`(${excluded})${form}${described}`));
  const action = valueFunction(option) === '' ? ' ' : `_sessionkeep_value_${name}`;
  return [quoted(`(${excluded})--${name}=${described}:${value.name.replaceAll(':', '\\:')}:${action}`)];
}

/** What may be several things at once is a function of the option's own. */
function valueFunction({ name, value }: OptionCompletion): string {
  if (value === null) return '';
  const { files, folders, words, names } = value.completion;
  const ways = [
    ...(words.length > 0 ? [`words:word:(${words.join(' ')})`] : []),
    ...(names === null ? [] : [`names:name:_sessionkeep_${names}`]),
    ...(files ? ['files:file:_files'] : []),
    ...(folders ? ['folders:folder:_files -/'] : []),
  ];
  if (ways.length === 0) return '';
  return `_sessionkeep_value_${name}() { _alternative ${ways.map(quoted).join(' ')} }\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

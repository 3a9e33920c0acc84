import { commandCompletions, optionCompletions, type Completion } from './completions.js';

/**
 * Completion for bash, from version 3.2 on and without the package bash-completion. Names come from the configuration, so they
 * are compared as they are and never expanded.
 */
export function bashScript(): string {
  const commands = commandCompletions();
  const options = optionCompletions();
  const flags = (names: readonly string[]): string => names.map((name) => `--${name}`).join(' ');
  return `# Completion of sessionkeep for bash. In ~/.bashrc: source <(sessionkeep completion bash)

_sessionkeep_add() {
  local word
  for word in "$@"; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$before$word")
  done
}

_sessionkeep_paths() {
  local path
  while IFS= read -r path; do
    COMPREPLY+=("$before$path")
  done < <(compgen "$1" -- "$cur")
  # Bash before 4 has none.
  compopt -o filenames 2>/dev/null
}

_sessionkeep_names() {
  local name at config=()
  for ((at = 2; at < COMP_CWORD; at++)); do
    [[ \${COMP_WORDS[at]} == --config ]] || continue
    name=\${COMP_WORDS[at + 1]}
    [[ $name == = ]] && name=\${COMP_WORDS[at + 2]}
    config=(--config "$name")
  done
  while IFS= read -r name; do
    _sessionkeep_add "$name"
  done < <(sessionkeep completion "$1" \${config[@]+"\${config[@]}"} 2>/dev/null)
}

_sessionkeep_options() {
  local option
  for option in "$@"; do
    [[ " \${COMP_WORDS[*]} " == *" $option "* && $option != "$cur" ]] || _sessionkeep_add "$option"
  done
}

_sessionkeep() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before= option=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _sessionkeep_add ${commands.map(({ name }) => name).join(' ')} --help --version
    return
  fi
  # Bash breaks words at "=", unless it was told not to.
  option=\${COMP_WORDS[COMP_CWORD - 1]}
  if [[ $cur == = ]]; then
    cur=
  elif [[ $option == = ]]; then
    option=\${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $cur == --*=* ]]; then
    option=\${cur%%=*}
    before=$option=
    cur=\${cur#*=}
  fi
  case $option in
${options.map(({ name, value }) => (value === null ? '' : branch(`--${name}`, [...actions(value.completion), 'return']))).join('')}  esac
  case \${COMP_WORDS[1]} in
${commands
  .map(({ name, options: has, operand }) =>
    branch(name, [
      ...(operand.words.length > 0
        ? [`((COMP_CWORD == 2)) && _sessionkeep_add ${operand.words.join(' ')}`]
        : []),
      `[[ $cur == -* ]] && _sessionkeep_options ${flags(has)}`,
    ]),
  )
  .join('')}  esac
  return 0
}

complete -F _sessionkeep sessionkeep
`;
}

function branch(pattern: string, lines: readonly string[]): string {
  return `    ${pattern})\n${lines.map((line) => `      ${line}\n`).join('')}      ;;\n`;
}

function actions({ files, folders, words, names }: Completion): string[] {
  return [
    ...(words.length > 0 ? [`_sessionkeep_add ${words.join(' ')}`] : []),
    ...(names === null ? [] : [`_sessionkeep_names ${names}`]),
    ...(files ? ['_sessionkeep_paths -f'] : []),
    ...(folders ? ['_sessionkeep_paths -d'] : []),
  ];
}

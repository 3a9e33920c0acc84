# Prints what zsh offers for a command line: zsh complete.zsh FOLDER SCRIPT LINE. FOLDER is for its files; SCRIPT defines the
# completion. A real interactive shell on a pseudo-terminal, whose compadd tells what it was given.
zmodload zsh/zpty || exit 3
folder=$1 script=$2 line=$3

zpty z zsh -f -i
told() {
  local chunk
  REPLY=
  while zpty -r z chunk; do
    REPLY+=$chunk
    [[ $REPLY == *$1* ]] && return
  done
}

{
  print -r "PS1= PROMPT2= ; stty -echo columns 1000"
  print -r "autoload -Uz compinit && compinit -u -d ${(q)folder}/zcompdump"
  print -r "source ${(q)script}"
  cat <<'END'
bindkey '^M' undefined
bindkey '^J' undefined
bindkey '^I' complete-word
zstyle ':completion:*' list-grouped false
zstyle ':completion:*' force-list always
compprefuncs=(begin_offer)
comppostfuncs=(end_offer)
begin_offer() { print "<offered>"; }
end_offer() { print "</offered>"; compprefuncs=(begin_offer); comppostfuncs=(end_offer); }
compadd() {
  # Only asked to fill an array: nothing is offered.
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -l "offer:"$^hits
  # Whoever asked goes by how many there are.
  builtin compadd "$@"
}
print "read""y"
END
} > $folder/rc
zpty -w z "source ${(q)folder}/rc"
told ready
zpty -w -n z "$line"$'\t'
told '</offered>'
local offered=(${${(M)${(f)${REPLY//$'\r'/}}:#offer:*}#offer:})
(( $#offered )) && print -rl -- $offered
zpty -d z

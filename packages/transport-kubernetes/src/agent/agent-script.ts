import { RECORD_FORMAT } from './records.js';

/**
 * What runs in the pod: a POSIX shell that reads requests from its input, a line each, and answers them until told to end.
 * It uses what a Debian image and BusyBox both have, and nothing but builtins where a process a file would cost.
 *
 * - A request is `KEY VERB WORDS…`; texts among the words are escaped (`encodeWord`), lists follow the line, as many bytes as it
 *   says. A line without the key ends the shell: what is left of a list after a failure is never obeyed.
 * - An answer is its payload, then a line of the nonce (`$0`), the request's number and a status.
 * - Names are only ever values of quoted variables and entries of NUL-ended lists, and begin with `./`.
 * - `into` is the only way to a folder below the root: name by name, by `cd -P`, checked each time, so that a folder that is
 *   swapped for a link leads nowhere.
 * - A file is written by a descriptor of the shell's own (5), which stands where the bytes are to go. What a `head` that nobody talks
 *   to any more lets go of late is what another session writes to the same place.
 * - What it is told comes by a `dd` of its own, so that the end of its input is seen while it is busy too: a `cat` of contents that
 *   nobody takes any more would wait for ever, since a container runtime neither ends it nor closes what it writes to. (BusyBox's
 *   own `cat` may hold back what comes by a socket.)
 * - A file under way whose writer is lost stays for a while, so that another session may take it over by another name.
 *
 * @param linger how long that is, in seconds
 */
export function agentScript(key: string, linger: number): string {
  return `K=${key}\nL=${Math.ceil(linger)}\nF='${RECORD_FORMAT}'\n${SCRIPT}`;
}

/**
 * The command of a session. The script comes over its input, so that this stays short: as `/proc/<pid>/cmdline` it is the mark
 * between files.
 */
export function sessionCommand(nonce: string, scriptLength: number): readonly string[] {
  return ['sh', '-c', 'eval "$(head -c "$1")"', nonce, String(scriptLength)];
}

/** What the image needs for reading, and beyond that for writing. */
export const READING_TOOLS = ['cat', 'dd', 'find', 'head', 'readlink', 'sha256sum', 'stat', 'xargs'] as const;
export const WRITING_TOOLS = ['ln', 'mkdir', 'mv', 'rm', 'rmdir', 'sleep', 'sync', 'touch'] as const;

/** Splits `OFFSET/LENGTH/./path`. */
const PART = 'o=${r%%/*} r=${r#*/} l=${r%%/*} r=${r#*/}';

const SCRIPT = String.raw`
N=$0 n=0 s=ok R= T= F2= LC_ALL=C TZ=UTC
export LC_ALL TZ
umask 077
leave() {
  kill "$U" "$W" 2>/dev/null
  [ -n "$T" ] || return 0
  trap '' PIPE HUP INT TERM
  while [ "$L" -gt 0 ] && [ -e "$F2" ]; do sleep 1; L=$((L - 1)); done
  rm -f "$F2"
}
exec 3>&1
nl='
'
closed='for d; do
  if [ -d "$d" ] && ! { [ -r "$d" ] && [ -x "$d" ]; }; then printf "%s//-\n" "$d"; fi
done'
parts='for r; do
  ${PART}
  if [ "$o" = 0 ]; then head -c "$l" <"$r"; else { dd bs=1 skip="$o" count=0 && head -c "$l"; } <"$r"; fi
  printf "\n%s\n" "$0"
done 2>/dev/null'
sums='for r; do
  ${PART}
  { {
    if [ "$o" = 0 ]; then head -c "$l"; else dd bs=1 skip="$o" count=0 && head -c "$l"; fi <"$r"
    echo "$?" >&3
  } | sha256sum; } 3>&1
done 2>/dev/null'
links='P=$(pwd -P) P=\${P%/} nl="
"
for p; do
  t=$(readlink -f "$p" && echo .)
  t=\${t%"$nl".}
  if [ -z "$t" ] || ! [ -e "$t" ]; then printf "%s//broken\n" "$p"; continue; fi
  case $t/ in
  "$P"/*) printf "%s//in\n" "$p"; stat -c "$0" ".\${t#"$P"}" ;;
  *) printf "%s//out\n" "$p" ;;
  esac
done 2>/dev/null'

say() { printf '\n%s %s %s\n' "$N" "$n" "$s"; }
fail() { s=failed; printf %s "$e"; }
plain() { x=$(printf '%b.' "$1"); x=\${x%.}; }
at() { plain "$1"; D=$x; plain "$2"; B=$x; }
there() { [ -e "$1" ] || [ -L "$1" ]; }

reason() {
  w=$1
  while ! there "$w"; do
    case $w in /?*/*) w=\${w%/*} ;; /*) w=/ ; break ;; *) w=. ; break ;; esac
  done
  if ! [ -e "$w" ]; then s=not-found
  elif ! [ -d "$w" ]; then s=no-folder
  elif ! [ -x "$w" ]; then s=denied
  elif [ "$w" = "$1" ]; then s=denied
  else s=not-found
  fi
}

into() {
  if [ -n "$2" ] && ! there "$R"; then e=$(mkdir -p "$R" 2>&1) || { fail; return 1; }; fi
  cd -P "$R" 2>/dev/null || { reason "$R"; return 1; }
  P=\${PWD%/} r=\${1#.} r=\${r#/}
  while [ -n "$r" ]; do
    g=\${r%%/*}
    case $r in */*) r=\${r#*/} ;; *) r= ;; esac
    if [ -n "$2" ] && ! there "./$g"; then
      e=$(mkdir "./$g" 2>&1) || [ -d "./$g" ] || { fail; return 1; }
    fi
    cd -P "./$g" 2>/dev/null || { reason "./$g"; return 1; }
    case $PWD/ in "$P"/*) ;; *) s=unsafe; return 1 ;; esac
  done
}

here() { cd -P "$R" 2>/dev/null || { head -c "$1" >/dev/null; reason "$R"; return 1; }; }

file() {
  if [ -L "$1" ]; then s=unsafe
  elif ! [ -e "$1" ]; then reason "$1"
  elif ! [ -f "$1" ]; then s=no-file
  else return 0
  fi
  return 1
}

stamp() {
  [ "$2" = - ] && return 0
  touch -c -d "@$2.$3" "$1" 2>/dev/null && return 0
  e=$(touch -c -d "@$2" "$1" 2>&1) || { fail; return 1; }
}

cut() {
  z=$(stat -c %s "$1")
  if [ "$z" -lt "$2" ]; then s=short; return 1; fi
  [ "$z" -eq "$2" ] && return 0
  e=$(dd if=/dev/null of="$1" bs=1 seek="$2" count=0 2>&1) || { fail; return 1; }
}

name() {
  there "$2" && { s=exists; return 1; }
  if e=$(ln "$1" "$2" 2>&1); then e=$(rm -f "$1" 2>&1) || { fail; return 1; }; return 0; fi
  there "$2" && { s=exists; return 1; }
  e=$(mv -n "$1" "$2" 2>&1) || { fail; return 1; }
  there "$1" && { s=exists; return 1; }
  return 0
}

begin() {
  F2=$1 T=$2
  exec 5<>"$F2"
  [ "$3" = 0 ] || e=$(dd bs=1 seek="$3" count=0 conv=notrunc 2>&1 >&5) || fail
}

drop() {
  if [ -n "$T" ]; then rm -f "$F2"
  elif [ -n "$F2" ] && [ -n "$1" ]; then cut "$F2" "$1"
  fi
  F2= T=
}

finish() {
  if [ "$1" = 0 ]; then h=$(sha256sum <"$F2")
  else h=$({ dd bs=1 skip="$1" count=0 2>/dev/null && cat; } <"$F2" | sha256sum)
  fi
  if [ "\${h%% *}" != "$2" ]; then s=damaged; return 1; fi
  stamp "$F2" "$3" "$4" || return 1
  e=$(dd if=/dev/null of="$F2" conv=notrunc,fsync count=0 2>&1) || { fail; return 1; }
  if [ -n "$T" ]; then name "$F2" "$T" || return 1; F2=$T T=; fi
  exec 5>&-
  stat -c "$F" "$F2"
  F2=
}

orphaned() {
  exec >/dev/null
  pause
  reap TERM
  pause
  reap KILL
}
pause() {
  sleep 2 3>&- 4<&- &
  wait "$!"
}
reap() {
  read -r me x </proc/self/stat || return
  for p in /proc/[0-9]*; do
    read -r x <"$p/stat" || continue
    set -- "$1" \${x##*) }
    [ "$5" = "$$" ] || continue
    p=\${p#/proc/}
    case $1 in
    TERM) [ "$3" = "$$" ] || [ "$p" = "$$" ] || kill "$p" ;;
    KILL) [ "$p" = "$me" ] || [ "$p" = "$$" ] || kill -KILL "$p" ;;
    esac
  done
}

exec 4<&0
{
trap 'kill "$!"; exit 0' TERM
sh -c 'echo "$PPID $$"; exec dd bs=65536' <&4 && orphaned
} 2>/dev/null | {
exec 4<&-
read -r U W
trap 'leave; exit 1' PIPE HUP INT TERM
say
while read -r k v a b c d; do
  [ "$k" = "$K" ] || break
  n=$((n + 1)) s=ok e=
  case $v in
  open)
    plain "$a"
    case $x in
    '~' | '~/'*) R=\${HOME:+$HOME\${x#'~'}} ;;
    *) R=$x ;;
    esac
    case $R in /*) ;; *) s=no-home ;; esac
    printf '%s\000%s\000/proc/%s/cmdline\000' "$R" "$(date +%s 2>/dev/null)" "$$"
    cat "/proc/$$/cmdline" 2>/dev/null ;;
  probe)
    for t in ${[...READING_TOOLS, ...WRITING_TOOLS, 'gzip'].join(' ')}; do
      command -v "$t" >/dev/null 2>&1 || echo "$t"
    done
    case $(find / -prune -exec stat -c '%n//%f' {} + 2>/dev/null) in ///4*) ;; *) echo 'find -exec stat -c {} +' ;; esac
    [ "$(printf '/\000' | xargs -0 stat -c %n 2>/dev/null)" = / ] || echo 'xargs -0'
    [ "$(printf abc | head -c 2 2>/dev/null)" = ab ] || echo 'head -c' ;;
  list)
    plain "$a"
    if into "$x" ''; then
      if [ -r . ]; then find . ! -name . -prune -exec stat -c "$F" {} + 2>/dev/null; else s=denied; fi
    fi ;;
  scan)
    plain "$a"
    if into "$x" ''; then
      if [ -r . ]; then
        e=$(find . -type d -exec sh -c "$closed" sh {} + -o -exec stat -c "$F" {} + 2>&1 >&3)
        printf //%s "$e"
      else s=denied; fi
    fi ;;
  look)
    at "$a" "$b"
    if into "$D" ''; then
      if there "./$B"; then stat -c "$F" "./$B" 2>/dev/null; else reason "./$B"; fi
    fi ;;
  why)
    at "$a" "$b"
    if into "$D" '' && file "./$B"; then [ -r "./$B" ] || s=denied; fi ;;
  stat) here "$a" && head -c "$a" | xargs -0 stat -c "$F" 2>/dev/null ;;
  # What is read is told by marks alone: without a folder there is nothing to say.
  cat)
    here "$a" || break
    case $b in
    z) head -c "$a" | xargs -0 cat 2>/dev/null | gzip -1 ;;
    *) head -c "$a" | xargs -0 cat 2>/dev/null ;;
    esac ;;
  sum) here "$a" && head -c "$a" | xargs -0 sha256sum 2>/dev/null ;;
  parts)
    here "$a" || break
    case $b in
    z) head -c "$a" | xargs -0 sh -c "$parts" "$N" | gzip -1 ;;
    *) head -c "$a" | xargs -0 sh -c "$parts" "$N" ;;
    esac ;;
  sums) here "$a" && head -c "$a" | xargs -0 sh -c "$sums" sh ;;
  links) here "$a" && head -c "$a" | xargs -0 sh -c "$links" "$F" ;;
  new)
    at "$a" "$b"
    if into "$D" make; then
      if there "./$B"; then s=exists
      elif e=$({ : >"./$c"; } 2>&1); then begin "./$c" "./$B" 0
      else fail
      fi
    fi ;;
  again)
    at "$a" "$b"
    if into "$D" '' && file "./\${d% *}"; then
      if [ "$(stat -c %s "./\${d% *}")" -lt "\${d#* }" ]; then s=short
      elif e=$(mv "./\${d% *}" "./$c" 2>&1); then begin "./$c" "./$B" "\${d#* }"
      else fail
      fi
    fi ;;
  old)
    at "$a" "$b"
    if into "$D" '' && file "./$B" && cut "./$B" "$c"; then
      if e=$({ : >>"./$B"; } 2>&1); then begin "./$B" '' "$c"; else fail; fi
    fi ;;
  data)
    e=$(head -c "$a" 2>&1 >&5) || { fail; say; drop; break; } ;;
  finish) finish $a $b $c $d ;;
  drop) drop "$a" ;;
  let) F2= T= ;;
  move)
    at "$a" "$b"
    if into "$D" ''; then
      if ! there "./$B"; then reason "./$B"
      elif [ -d "./$B" ] && ! [ -L "./$B" ]; then s=no-file
      else
        w=\${PWD%/}/$B
        at "$c" "$d"
        into "$D" make && name "$w" "./$B"
      fi
    fi ;;
  remove)
    at "$a" "$b"
    if into "$D" ''; then
      if ! there "./$B"; then reason "./$B"
      elif [ -d "./$B" ] && ! [ -L "./$B" ]; then e=$(rmdir "./$B" 2>&1) || fail
      else e=$(rm -f "./$B" 2>&1) || fail
      fi
    fi ;;
  time)
    at "$a" "$b"
    if into "$D" '' && file "./$B" && stamp "./$B" $c $d; then stat -c "$F" "./$B"; fi ;;
  sync) here "$a" && head -c "$a" | xargs -0 sync 2>&1 ;;
  end) drop; break ;;
  *) s=unknown ;;
  esac
  say
done
leave
}
`.replaceAll('\\$', '$');

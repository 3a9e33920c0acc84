/**
 * A matcher for `*` (no slash), `?` (one character, no slash), `**` (anything; before a slash any folders, or none) and
 * `{a,b}`. Case counts. It walks all ways through the pattern at once, so a name costs its length times the
 * pattern's, whatever both are.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  if (!/[*?{]/.test(pattern)) return (text) => text === pattern;
  const states = compile([...pattern]);
  return (text) => matches(states, text);
}

/** A state takes one character that it `accepts` and goes on to the next state, or goes on to others for nothing. */
type State = { readonly accepts: (character: string) => boolean } | { readonly goTo: number[] };

const anything = (): boolean => true;
const noSlash = (character: string): boolean => character !== '/';

function compile(pattern: readonly string[]): State[] {
  const states: State[] = [];
  const groups: { readonly fork: number[]; readonly ends: number[][] }[] = [];
  const jump = (...goTo: number[]): number[] => {
    states.push({ goTo });
    return goTo;
  };
  const star = (accepts: (character: string) => boolean): void => {
    const start = states.length;
    jump(start + 1, start + 3);
    states.push({ accepts });
    jump(start);
  };
  let open = closable(pattern);
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    const group = groups.at(-1);
    if (character === '*' && pattern[at + 1] === '*') {
      at++;
      if (pattern[at + 1] !== '/') star(anything);
      else {
        // Nothing, or anything that ends with a slash.
        at++;
        const fork = jump(states.length + 1);
        star(anything);
        states.push({ accepts: (found) => found === '/' });
        fork.push(states.length);
      }
    } else if (character === '*') star(noSlash);
    else if (character === '?') states.push({ accepts: noSlash });
    else if (character === '{' && open > 0) {
      open--;
      groups.push({ fork: jump(states.length + 1), ends: [] });
    } else if (group !== undefined && (character === ',' || character === '}')) {
      group.ends.push(jump());
      if (character === ',') group.fork.push(states.length);
      else for (const end of groups.pop()?.ends ?? []) end.push(states.length);
    } else states.push({ accepts: (found) => found === character });
  }
  return states;
}

/**
 * A matcher for `*` (no slash), `?` (one character, no slash), `**` (anything; before a slash: any folders, or none) and
 * `{a,b}`. Case counts. It follows all ways through a name at once, so it takes no longer than the name's length
 * times the pattern's, whatever a pod has called its files.
 *
 * @example
 * const matches = globMatcher('-Users-anna-code-{shop,blog}-*');
 * matches('-Users-anna-code-shop-api'); // true
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  if (!/[*?{]/.test(pattern)) return (text) => text === pattern;
  // By far the most frequent pattern, and asked of every file there is.
  const ending = /^\*([^*?{},/]+)$/.exec(pattern)?.[1];
  if (ending !== undefined) return (text) => text.endsWith(ending) && !text.includes('/');
  const { parts } = parse(pattern, 0, false);
  const needed = neededIn(pattern);
  return (text) => text.includes(needed) && follow(parts, text, [0]).includes(text.length);
}

/** The longest run of plain characters that every match has: most names are told apart by it alone. */
function neededIn(pattern: string): string {
  if (pattern.includes('{')) return '';
  return pattern.split(/[*?]/).reduce((longest, run) => {
    // The slash behind two stars may match nothing.
    const plain = run.replace(/^\//, '');
    return plain.length > longest.length ? plain : longest;
  }, '');
}

/** From the places in a text that the pattern before it can have reached, in order, to those it can reach. */
type Part = (text: string, from: readonly number[]) => number[];

function follow(parts: readonly Part[], text: string, from: readonly number[]): readonly number[] {
  let places = from;
  for (const part of parts) {
    if (places.length === 0) break;
    places = part(text, places);
  }
  return places;
}

const literal =
  (wanted: string): Part =>
  (text, from) =>
    from.filter((at) => text.startsWith(wanted, at)).map((at) => at + wanted.length);

const one: Part = (text, from) =>
  from
    .filter((at) => at < text.length && text[at] !== '/')
    .map((at) => at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1));

const many =
  (stop: string | null): Part =>
  (text, from) => {
    const places: number[] = [];
    for (let at of from) {
      if (at <= (places.at(-1) ?? -1)) continue;
      places.push(at);
      while (at < text.length && text[at] !== stop) places.push(++at);
    }
    return places;
  };

const folders: Part = (text, from) => {
  const [first = 0] = from;
  const places = new Set(from);
  for (let at = text.indexOf('/', first); at >= 0; at = text.indexOf('/', at + 1)) places.add(at + 1);
  return inOrder(places);
};

const choice =
  (alternatives: readonly (readonly Part[])[]): Part =>
  (text, from) =>
    inOrder(new Set(alternatives.flatMap((parts) => follow(parts, text, from))));

const inOrder = (places: ReadonlySet<number>): number[] => [...places].sort((a, b) => a - b);

/** Parses up to the end or, within braces, to the comma or brace that ends this alternative. */
function parse(pattern: string, start: number, inBraces: boolean): { parts: Part[]; end: number } {
  const parts: Part[] = [];
  let at = start;
  while (at < pattern.length && !(inBraces && /[,}]/.test(pattern[at] ?? ''))) {
    const token = /\*\*\/|\*\*|[*?{]|[^*?{},]+|[},]/y;
    token.lastIndex = at;
    const found = token.exec(pattern)?.[0] ?? '';
    const braces = found === '{' ? parseChoice(pattern, at + 1) : null;
    at = braces?.end ?? at + found.length;
    if (braces !== null) parts.push(braces.part);
    else if (found === '**/') parts.push(folders);
    else if (found === '**') parts.push(many(null));
    else if (found === '*') parts.push(many('/'));
    else parts.push(found === '?' ? one : literal(found));
  }
  return { parts, end: at };
}

/** The alternatives behind a brace, or null when it is never closed and so is a brace like any character. */
function parseChoice(pattern: string, start: number): { part: Part; end: number } | null {
  const alternatives: Part[][] = [];
  for (let at = start; at <= pattern.length; at++) {
    const { parts, end } = parse(pattern, at, true);
    alternatives.push(parts);
    at = end;
    if (pattern[at] === '}') return { part: choice(alternatives), end: at + 1 };
  }
  return null;
}

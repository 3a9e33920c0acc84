import { wrap } from '@sessionkeep/runner/program';

/** Lines of the source stay within what tools like to read. */
const WIDTH = 78;

/** A text as man(7) has to be told it: nothing in it is a request or an escape, and all of it is ASCII. */
export function roff(text: string): string {
  const escaped = text.replace(/[\\-]/g, (one) => (one === '\\' ? '\\e' : '\\-'));
  return escaped.replace(/[^\x20-\x7e]/gu, (one) => `\\[u${hex(one)}]`);
}

export function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

/** A paragraph: what stands in backticks is bold. */
export function prose(text: string): string[] {
  const marked = text.split('`').map((part, at) => (at % 2 === 0 ? roff(part) : bold(part)));
  return wrap(marked.join(''), WIDTH).map(guarded);
}

/** What a section is called; `level` is SH or SS. */
export function heading(level: 'SH' | 'SS', text: string): string {
  return `.${level} ${roff(level === 'SH' ? text.toUpperCase() : text)}`;
}

/** A term, marked up already, and indented below it what it means. */
export function term(marked: string, meaning: readonly string[]): string[] {
  return ['.TP', guarded(marked), ...meaning];
}

/** A line that begins like a request would be taken for one. */
function guarded(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

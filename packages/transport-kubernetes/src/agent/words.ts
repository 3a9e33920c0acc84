/** Bytes that stand for themselves in a word; space, newline and backslash are not among them. */
const PLAIN = /^[A-Za-z0-9._/-]$/;

/** A text as one word of a request: no space, no newline, and nothing a shell could take for anything but data. */
export function encodeWord(text: string): string {
  let word = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    word += PLAIN.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return word;
}

/** A path below the root as the agent takes it: `./a/b`, and `.` for the root. */
export function dotted(path: string): string {
  return path === '' ? '.' : `./${path}`;
}

/** A path's folder and name, as two words. */
export function placeWords(path: string): readonly [folder: string, name: string] {
  const slash = path.lastIndexOf('/');
  const folder = slash < 0 ? '' : path.slice(0, slash);
  return [encodeWord(dotted(folder)), encodeWord(path === '' ? '.' : path.slice(slash + 1))];
}

/** A moment as two words, whole seconds and nanoseconds; `-` for none. */
export function timeWords(mtime: bigint | undefined): readonly [seconds: string, nanoseconds: string] {
  if (mtime === undefined) return ['-', '-'];
  const nanoseconds = ((mtime % BILLION) + BILLION) % BILLION;
  return [String((mtime - nanoseconds) / BILLION), String(nanoseconds).padStart(9, '0')];
}

const BILLION = 1_000_000_000n;

/** A list as it follows a request: each entry ended by NUL. */
export function encodeList(entries: readonly string[]): Buffer {
  return Buffer.from(entries.map((entry) => `${entry}\0`).join(''), 'utf8');
}

/** An entry that means a part of a file. */
export function partEntry(path: string, offset: number, length: number): string {
  return `${offset}/${length}/${dotted(path)}`;
}

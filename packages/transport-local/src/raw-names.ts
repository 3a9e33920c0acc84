import { isUtf8 } from 'node:buffer';
import { readdirSync, type Dirent } from 'node:fs';

/** The names in a folder, by what they are. */
export interface Names {
  readonly entries: readonly Dirent[];
  /** Names whose bytes are no UTF-8, as text that is lossy but differs from every other name here. */
  readonly foreign: readonly ForeignName[];
}

interface ForeignName {
  readonly text: string;
  readonly folder: boolean;
}

/** What decoding puts in place of bytes that are no UTF-8; a name may also hold it honestly. */
const REPLACEMENT = '\ufffd';

/** Lists a folder; throws what `readdir` throws. Only where a name looks lossy are the raw bytes read too. */
export function readNames(absolute: string): Names {
  const entries = readdirSync(absolute, { withFileTypes: true });
  if (!entries.some((entry) => entry.name.includes(REPLACEMENT))) return { entries, foreign: [] };
  return separate(absolute, entries);
}

function separate(absolute: string, entries: readonly Dirent[]): Names {
  const honest = new Set<string>();
  const foreign: ForeignName[] = [];
  for (const raw of readdirSync(absolute, { withFileTypes: true, encoding: 'buffer' })) {
    const text = raw.name.toString('utf8');
    if (isUtf8(raw.name)) honest.add(text);
    else foreign.push({ text: `${text} (bytes ${raw.name.toString('hex')})`, folder: raw.isDirectory() });
  }
  const seen = new Set<string>();
  const kept = entries.filter(({ name }) => honest.has(name) && seen.size < seen.add(name).size);
  return { entries: kept, foreign: foreign.map((name) => unlike(honest, name)) };
}

/** A file may be called exactly what we would call another whose name cannot be told. */
function unlike(taken: ReadonlySet<string>, name: ForeignName): ForeignName {
  let { text } = name;
  while (taken.has(text)) text += REPLACEMENT;
  return { ...name, text };
}

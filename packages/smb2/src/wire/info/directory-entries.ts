import type { Decoded } from '../../bytes/decode-fault.js';
import { Reader } from '../../bytes/reader.js';
import type { FileFacts } from '../file-facts.js';
import { Attribute } from '../open-options.js';

export interface DirectoryEntry extends FileFacts {
  /** One name, exactly as stored: it may hold lone surrogates, and is never empty, `a\b` or `a/b`. */
  readonly name: string;
  /** The file's number on its volume; 0 where the file system has none. */
  readonly fileNumber: bigint;
  /** What kind of reparse point it is (MS-FSCC 2.1.2.1); 0 where it is none. */
  readonly reparseTag: number;
}

const FIXED_SIZE = 104;
const IMPOSSIBLE = /[\\/\0]/;

/**
 * FileIdBothDirectoryInformation (MS-FSCC 2.4.17) of all entries in a response, `.` and `..` with them. A name
 * that would lead elsewhere makes the response malformed: callers build paths from these.
 */
export function decodeDirectoryEntries(bytes: Buffer): Decoded<readonly DirectoryEntry[]> {
  const reader = new Reader(bytes, 'FileIdBothDirectoryInformation (MS-FSCC 2.4.17)');
  const entries: DirectoryEntry[] = [];
  let start = 0;
  while (bytes.length > 0 && !reader.failed) {
    reader.seek(start);
    const { entry, next } = readEntry(reader);
    if (entry.name === '' || IMPOSSIBLE.test(entry.name))
      reader.fail('an entry has a name that no entry can have');
    entries.push(entry);
    if (next === 0) break;
    start += next;
  }
  return reader.end(entries);
}

function readEntry(reader: Reader): { readonly entry: DirectoryEntry; readonly next: number } {
  const next = reader.u32();
  reader.skip(4);
  const created = reader.moment();
  const accessed = reader.moment();
  const written = reader.moment();
  const changed = reader.moment();
  const size = reader.size();
  const allocationSize = reader.size();
  const attributes = reader.u32();
  const nameLength = reader.u32();
  // The size of extended attributes; of reparse points their tag.
  const tagOrSize = reader.u32();
  const reparseTag = (attributes & Attribute.reparsePoint) === 0 ? 0 : tagOrSize;
  // The short name with its length.
  reader.skip(2 + 24 + 2);
  const fileNumber = reader.u64();
  // Entries and names that overlap would make much text of few bytes, or go on for ever.
  if (next !== 0 && nameLength > next - FIXED_SIZE) reader.fail('a name goes on into the next entry');
  const name = reader.text(nameLength);
  const facts = { created, accessed, written, changed, allocationSize, size, attributes };
  return { entry: { ...facts, name, fileNumber, reparseTag }, next };
}

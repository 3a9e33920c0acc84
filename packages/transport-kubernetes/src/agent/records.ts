/**
 * What `stat` says of each path: its name, `//`, and facts. No path that `find` or we give it holds two slashes in a row, so the
 * name's end is certain whatever bytes it has, newlines among them.
 */
export const RECORD_FORMAT = '%n//%f %s %d %i %Y %y';

/** What a pod says of one path, checked for form only. */
export interface StatRecord {
  /** As given: begins with `./`, and is any bytes but NUL. */
  readonly name: Buffer;
  /** Type and permissions (`st_mode`). */
  readonly mode: number;
  /** In bytes. */
  readonly size: number;
  /** Device and inode. */
  readonly identity: string;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
}

/** A folder that is there and cannot be listed. */
export interface ClosedFolder {
  readonly name: Buffer;
  readonly closed: true;
}

/** An item of an answer in records: the last may be what went wrong meanwhile. */
export type RecordItem = StatRecord | ClosedFolder | { readonly complaints: string };

/** Longest name and facts that are waited for: Linux has no path above 4 KiB. */
const LONGEST = 64 * 1024;
/** As much as is kept of what `find` complained about. */
const COMPLAINTS = 256 * 1024;

const SLASHES = Buffer.from('//');
const FACTS =
  /^([0-9a-f]{1,8}) (\d{1,16}) (\d{1,20}) (\d{1,20}) (-?\d{1,12}) [-0-9]{1,16} [0-9:]{1,10}(?:\.(\d{1,9}))? [+-]\d{4}$/;

/** Reads records as they come, in whatever pieces. An answer that is none is null, for good. */
export class RecordReader {
  #rest: Buffer = Buffer.alloc(0);
  /** Once what went wrong began: nothing follows it. */
  #complaints: Buffer[] | null = null;
  #complained = 0;
  #broken = false;

  /** The records that are whole with this piece; null where it is no record. */
  push(piece: Uint8Array): RecordItem[] | null {
    if (this.#broken) return null;
    const items: RecordItem[] = [];
    if (this.#complaints !== null) {
      this.#complain(piece);
      return items;
    }
    let bytes = this.#rest.length === 0 ? asBuffer(piece) : Buffer.concat([this.#rest, piece]);
    for (;;) {
      if (bytes.length >= 2 && bytes.indexOf(SLASHES) === 0) {
        this.#complaints = [];
        this.#complain(bytes.subarray(2));
        bytes = bytes.subarray(bytes.length);
        break;
      }
      const slashes = bytes.indexOf(SLASHES);
      const end = slashes < 0 ? -1 : bytes.indexOf(0x0a, slashes);
      if (end < 0) break;
      const item = recordOf(bytes.subarray(0, slashes), bytes.toString('latin1', slashes + 2, end));
      if (item === null) return this.#break();
      items.push(item);
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > LONGEST) return this.#break();
    // A copy: what it is a part of may be large, and is not ours to keep.
    this.#rest = Buffer.from(bytes);
    return items;
  }

  /** What is left at the end of the answer; null where that is half a record. */
  end(): RecordItem[] | null {
    if (this.#broken || this.#rest.length > 0) return null;
    if (this.#complaints === null) return [];
    return [{ complaints: Buffer.concat(this.#complaints).toString('utf8') }];
  }

  #break(): null {
    this.#broken = true;
    return null;
  }

  #complain(bytes: Uint8Array): void {
    const kept = Buffer.from(bytes.subarray(0, Math.max(0, COMPLAINTS - this.#complained)));
    this.#complained += bytes.length;
    if (kept.length > 0) this.#complaints?.push(kept);
    // Whoever says so much cannot be understood to the end; a line that fits nothing says that.
    if (this.#complained > COMPLAINTS && kept.length > 0) this.#complaints?.push(Buffer.from('\n…\n'));
  }
}

/** The records of an answer that is held whole; null where it is none. */
export function parseRecords(answer: Uint8Array): RecordItem[] | null {
  const reader = new RecordReader();
  const items = reader.push(answer);
  const last = reader.end();
  return items === null || last === null ? null : [...items, ...last];
}

/** One line of facts. */
export function recordOf(name: Buffer, facts: string): StatRecord | ClosedFolder | null {
  if (name.length > 1 ? name[0] !== 0x2e || name[1] !== 0x2f : name[0] !== 0x2e) return null;
  const copy = Buffer.from(name);
  if (facts === '-') return { name: copy, closed: true };
  const [, mode = '', size = '', device = '', inode = '', seconds = '', fraction = ''] =
    FACTS.exec(facts) ?? [];
  if (mode === '' || !Number.isSafeInteger(Number(size))) return null;
  return {
    name: copy,
    mode: parseInt(mode, 16),
    size: Number(size),
    identity: `${device}:${inode}`,
    mtime: BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')),
  };
}

/** What a mode says something is. */
export function kindOfMode(mode: number): 'file' | 'folder' | 'link' | 'socket' | 'pipe' | 'device' {
  switch (mode & 0o170_000) {
    case 0o100_000:
      return 'file';
    case 0o040_000:
      return 'folder';
    case 0o120_000:
      return 'link';
    case 0o140_000:
      return 'socket';
    case 0o010_000:
      return 'pipe';
    default:
      return 'device';
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

import { decodeDiskId, type CreateContext } from '../wire/create-context.js';
import type { FileFacts } from '../wire/file-facts.js';
import { Attribute } from '../wire/open-options.js';

/** What the server says of a file or folder. Times are nanoseconds since 1970, in steps of 100; null where it has none. */
export interface FileStat {
  /**
   * `link` is one seen itself: a symbolic link, a junction or a mount point. Files that a server keeps in another way
   * (deduplicated, compressed, in a cloud) are files, whatever their attributes say.
   */
  readonly kind: 'file' | 'folder' | 'link';
  readonly size: number;
  /** How much it takes on the server's disk. */
  readonly allocated: number;
  readonly created: bigint | null;
  readonly accessed: bigint | null;
  readonly modified: bigint | null;
  /** When its content, attributes or name changed last. */
  readonly changed: bigint | null;
  /** Bits of MS-FSCC 2.6; see {@link Attribute}. */
  readonly attributes: number;
  /** Its number on its volume, which stays while it is renamed; null where the server has none. */
  readonly id: bigint | null;
}

/** An entry of a folder. */
export interface FolderEntry extends FileStat {
  /** One name, exactly as the server has it. */
  readonly name: string;
}

/** Which times to set, in nanoseconds since 1970; those left out stay. */
export interface FileTimes {
  readonly created?: bigint;
  readonly accessed?: bigint;
  readonly modified?: bigint;
}

/** What a server tells of a file it has opened, and so has followed all links to. */
export function fileStat(facts: FileFacts, id: bigint | null, isLink = false): FileStat {
  const { size, allocationSize, created, accessed, written, changed, attributes } = facts;
  const opened = (attributes & Attribute.folder) === 0 ? 'file' : 'folder';
  return {
    kind: isLink ? 'link' : opened,
    size,
    allocated: allocationSize,
    created,
    accessed,
    modified: written,
    changed,
    attributes,
    id,
  };
}

/** The number of a file, if the server told it with CREATE. */
export function diskIdIn(contexts: readonly CreateContext[]): bigint | null {
  const context = contexts.find(({ name }) => name === 'QFid');
  if (context === undefined) return null;
  return decodeDiskId(context.data)
    .map(({ fileId }) => nonZero(fileId))
    .unwrapOr(null);
}

const NAME_SURROGATE = 0x2000_0000;
/** Links to other servers, DFS and DFSR, which lack that bit. */
const DFS_TAGS: readonly number[] = [0x8000_000a, 0x8000_0012];

/** Whether a reparse point of this kind (MS-FSCC 2.1.2.1) stands for another name, and not for a file itself. */
export function isLinkTag(reparseTag: number): boolean {
  return (reparseTag & NAME_SURROGATE) !== 0 || DFS_TAGS.includes(reparseTag);
}

/** File systems without such numbers say zero. */
export function nonZero(id: bigint): bigint | null {
  return id === 0n ? null : id;
}

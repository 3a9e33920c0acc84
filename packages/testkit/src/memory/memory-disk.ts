import { parsePath, parentPath, sortByPath, type RefusedAs, type RelativePath } from '@sessionkeep/core';
import type { Result } from 'neverthrow';
import { createRandom } from '../corpus/random.js';
import type { CrashOptions, DiskFile, MemoryDiskOptions } from './disk-options.js';
import type { LeaseTable } from './memory-lease.js';
import { MemoryTransport, type MemoryTransportOptions } from './memory-transport.js';
import { MemoryTree } from './memory-tree.js';
import { undo } from './name-journal.js';
import { bytesOf, cloneTree, writeInto, type FileNode, type MemoryNode } from './nodes.js';

/**
 * A disk that lives in memory, for tests: its clock moves only when it is written to, and it knows which names a power
 * loss would take. Bytes written through a transport are durable at once, names only after `flush` of their folder.
 *
 * The methods here are a test's own hands: what they do is durable at once, and they throw when used wrongly.
 */
export class MemoryDisk {
  private readonly tree: MemoryTree;
  private readonly leases: LeaseTable = new Map();

  constructor(private readonly options: MemoryDiskOptions = {}) {
    this.tree = new MemoryTree(options);
  }

  /** Nanoseconds since 1970. */
  get clock(): bigint {
    return this.tree.clock;
  }

  set clock(time: bigint) {
    this.tree.clock = time;
  }

  /** True makes every write through a transport fail `read-only`. */
  get readOnly(): boolean {
    return this.tree.readOnly;
  }

  set readOnly(value: boolean) {
    this.tree.readOnly = value;
  }

  /** A transport on this disk. Several may be in use at once, as two runs would. */
  transport(options: MemoryTransportOptions = {}): MemoryTransport {
    return new MemoryTransport(this.tree, this.leases, options);
  }

  /** Every file by path, in the order of their UTF-8 bytes; links are left out. The bytes are copies. */
  files(): Map<string, DiskFile> {
    const found: { path: string; file: FileNode }[] = [];
    const visit = (prefix: string, node: MemoryNode): void => {
      if (node.kind === 'file') found.push({ path: prefix, file: node });
      if (node.kind !== 'folder') return;
      for (const child of node.children.values())
        visit(prefix === '' ? child.name : `${prefix}/${child.name}`, child.node);
    };
    visit('', this.tree.root);
    return new Map(
      sortByPath(found).map(({ path, file }) => [path, { bytes: bytesOf(file).slice(), mtime: file.mtime }]),
    );
  }

  /** The bytes of one file, or `undefined`. */
  read(path: string): Uint8Array | undefined {
    const node = this.node(path);
    return node?.kind === 'file' ? bytesOf(node).slice() : undefined;
  }

  /** The text of one file, or `undefined`. */
  text(path: string): string | undefined {
    const bytes = this.read(path);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** Makes or overwrites a file in place: it stays the same file under all its names. */
  write(path: string, content: Uint8Array | string, mtime?: bigint): void {
    const present = this.node(path);
    const file = present?.kind === 'file' ? present : this.tree.newFile();
    file.size = 0;
    writeInto(file, 0, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    file.mtime = mtime === undefined ? this.tree.tick() : this.tree.rounded(mtime);
    if (file !== present) this.put(path, file);
  }

  /** Replaces a file by another one of the same name, as a rename over it does: its identity changes. */
  replace(path: string, content: Uint8Array | string, mtime?: bigint): void {
    this.remove(path);
    this.write(path, content, mtime);
  }

  /** Adds to the end of a file, in place. */
  append(path: string, content: Uint8Array | string, mtime?: bigint): void {
    const file = this.fileAt(path);
    writeInto(file, file.size, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    file.mtime = mtime === undefined ? this.tree.tick() : this.tree.rounded(mtime);
  }

  /** Cuts a file in place. */
  truncate(path: string, size: number, mtime?: bigint): void {
    const file = this.fileAt(path);
    file.size = Math.min(file.size, size);
    file.mtime = mtime === undefined ? this.tree.tick() : this.tree.rounded(mtime);
  }

  /** Sets a file's time and nothing else. */
  touch(path: string, mtime: bigint): void {
    this.fileAt(path).mtime = this.tree.rounded(mtime);
  }

  /** Makes a folder and those above it. */
  makeFolder(path: string): void {
    unwrap(this.tree.makeFolder(valid(path), 'make folder'));
    unwrap(this.tree.flush(valid(path)));
  }

  /** Makes a symbolic link. `target` is relative to the link's folder; a leading slash leads out of the disk. */
  link(path: string, target: string): void {
    this.put(path, { kind: 'link', id: this.tree.nextId(), target });
  }

  /** Makes a pipe, a socket, a device, or a name that is no UTF-8. */
  special(path: string, reason: RefusedAs): void {
    this.put(path, { kind: 'other', id: this.tree.nextId(), reason });
  }

  /** Gives a file a second name. */
  hardLink(path: string, to: string): void {
    this.put(to, this.fileAt(path));
  }

  /** Moves a file or folder, replacing what is there. */
  move(from: string, to: string): void {
    const node = this.node(from);
    if (node === undefined) throw new TypeError(`nothing at "${from}"`);
    this.remove(from);
    this.put(to, node);
  }

  /** Removes whatever there is, folders with all that is in them. */
  remove(path: string): void {
    const slot = unwrap(this.tree.slot(valid(path), 'remove'));
    if (slot?.folder.children.has(slot.key)) this.tree.journal.settle([this.tree.put(slot, undefined)]);
  }

  /** Takes the right to read away from a file or folder, or gives it back. */
  makeUnreadable(path: string, unreadable = true): void {
    const node = this.node(path);
    if (node?.kind !== 'file' && node?.kind !== 'folder')
      throw new TypeError(`no file or folder at "${path}"`);
    node.unreadable = unreadable;
  }

  /** A copy that shares nothing; names not yet durable stay so. Leases are not copied. */
  clone(): MemoryDisk {
    const copy = new MemoryDisk(this.options);
    const nodes = new Map<MemoryNode, MemoryNode>();
    copy.tree.root = cloneTree(this.tree.root, nodes);
    copy.tree.startAfter(this.tree);
    this.tree.journal.cloneInto(copy.tree.journal, nodes);
    return copy;
  }

  /** The disk as it would be found after power loss. This one is left as it is. */
  crash(options: CrashOptions): MemoryDisk {
    const copy = this.clone();
    const { journal } = copy.tree;
    const random = createRandom(options.seed ?? 1);
    const pending = [...journal.pending];
    const kept =
      options.lose === 'nothing'
        ? pending
        : options.lose === 'unflushed'
          ? []
          : pending.filter(() => random.chance(0.5));
    const durable = journal.implied(kept);
    undo(pending.filter((change) => !durable.has(change)));
    journal.settleAll();
    return copy;
  }

  /** How many leases are held. */
  get heldLeases(): number {
    return this.leases.size;
  }

  /** Ends every lease, as the death of the holders does. */
  endLeases(): void {
    this.leases.clear();
  }

  private put(path: string, node: MemoryNode): void {
    const parent = unwrap(this.tree.makeFolder(parentPath(valid(path)), 'write'));
    this.tree.put(this.tree.slotIn(parent, valid(path)), node);
    unwrap(this.tree.flush(parentPath(valid(path))));
  }

  private node(path: string): MemoryNode | undefined {
    return unwrap(this.tree.find(valid(path), 'look'));
  }

  private fileAt(path: string): FileNode {
    const node = this.node(path);
    if (node?.kind !== 'file') throw new TypeError(`no file at "${path}"`);
    return node;
  }
}

/**
 * See {@link MemoryDisk}.
 *
 * @example
 * const disk = createMemoryDisk({ capacity: 1_000_000, rules: { foldsCase: true } });
 * disk.write('-code-shop/session.jsonl', '{"type":"user"}\n');
 * const transport = disk.transport();
 * const after = disk.crash({ lose: 'unflushed' }); // what power loss would leave
 */
export function createMemoryDisk(options: MemoryDiskOptions = {}): MemoryDisk {
  return new MemoryDisk(options);
}

function valid(path: string): RelativePath {
  return unwrap(parsePath(path));
}

function unwrap<T>(result: Result<T, { message: string }>): T {
  if (result.isErr()) throw new TypeError(result.error.message);
  return result.value;
}

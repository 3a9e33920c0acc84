import {
  baseName,
  foldKey,
  keepError,
  parentPath,
  POSIX_NAMES,
  printable,
  type ErrorKind,
  type KeepError,
  type NameRules,
  type RelativePath,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { DISK_EPOCH, type MemoryDiskOptions } from './disk-options.js';
import { NameJournal, type NameChange } from './name-journal.js';
import type { Child, FileNode, FolderNode, MemoryNode } from './nodes.js';

/** A name's place: the folder it is in or would be in, and its key there. */
export interface Slot {
  readonly folder: FolderNode;
  readonly key: string;
  readonly name: string;
}

/** Names, folders and the clock of a disk in memory: what its transports and its tests are built on. */
export class MemoryTree {
  readonly rules: NameRules;
  readonly capacity: number;
  readonly step: bigint;
  readonly journal = new NameJournal();
  root: FolderNode;
  /** Nanoseconds since 1970. Moves by `step` at every mutation and never by itself. */
  clock: bigint;
  /** True makes every mutation fail `read-only`. */
  readOnly = false;
  private lastId = 1;

  constructor(options: MemoryDiskOptions = {}) {
    this.rules = { ...POSIX_NAMES, ...options.rules };
    this.capacity = options.capacity ?? Number.POSITIVE_INFINITY;
    this.step = options.step ?? 1_000_000n;
    this.clock = options.clock ?? DISK_EPOCH;
    this.root = this.newFolder();
  }

  newFile(): FileNode {
    return {
      kind: 'file',
      id: this.nextId(),
      buffer: new Uint8Array(0),
      size: 0,
      mtime: this.tick(),
      unreadable: false,
    };
  }

  newFolder(): FolderNode {
    return { kind: 'folder', id: this.nextId(), children: new Map(), unreadable: false };
  }

  nextId(): number {
    return ++this.lastId;
  }

  /** Moves the clock by one step and answers with the time that a change made now bears. */
  tick(): bigint {
    this.clock += this.step;
    return this.rounded(this.clock);
  }

  /** A time as this disk can store it. */
  rounded(time: bigint): bigint {
    const rest = time % this.rules.timeStep;
    return time - (rest < 0n ? rest + this.rules.timeStep : rest);
  }

  /** What a path leads to, links not followed; `undefined` when there is nothing. */
  find(path: RelativePath, operation: string): Result<MemoryNode | undefined, KeepError> {
    if (path === '') return ok(this.root);
    return this.slot(path, operation).map((slot) => slot && slot.folder.children.get(slot.key)?.node);
  }

  /** The place of a path; `undefined` when its folder is missing. */
  slot(path: RelativePath, operation: string): Result<Slot | undefined, KeepError> {
    let folder = this.root;
    for (const segment of segmentsOf(parentPath(path))) {
      const node = folder.children.get(foldKey(segment, this.rules))?.node;
      if (node?.kind === 'link')
        return err(problem('unsafe', operation, path, 'a folder on the way is a link'));
      if (node?.kind !== 'folder') return ok(undefined);
      folder = node;
      if (folder.unreadable) return err(problem('denied', operation, path, 'permission denied'));
    }
    return ok(this.slotIn(folder, path));
  }

  /** The place of a path to write to; missing folders are made. */
  slotForWrite(path: RelativePath, operation: string): Result<Slot, KeepError> {
    if (this.readOnly) return err(problem('read-only', operation, path, 'read-only file system'));
    for (const name of segmentsOf(path)) {
      const reason = this.nameProblem(name);
      if (reason !== null) return err(problem('invalid', operation, path, reason));
    }
    return this.makeFolder(parentPath(path), operation).map((parent) => this.slotIn(parent, path));
  }

  makeFolder(path: RelativePath, operation: string): Result<FolderNode, KeepError> {
    let folder = this.root;
    for (const name of segmentsOf(path)) {
      const slot = { folder, key: foldKey(name, this.rules), name };
      let node = folder.children.get(slot.key)?.node;
      if (node === undefined) this.put(slot, (node = this.newFolder()));
      if (node.kind === 'link')
        return err(problem('unsafe', operation, path, 'a folder on the way is a link'));
      if (node.kind !== 'folder')
        return err(problem('exists', operation, path, 'a file stands where a folder should be'));
      if (node.unreadable) return err(problem('denied', operation, path, 'permission denied'));
      folder = node;
    }
    return ok(folder);
  }

  /** Gives a name to a node, or takes the name away; durable after a flush. */
  put(slot: Slot, node: MemoryNode | undefined, requires: readonly NameChange[] = []): NameChange {
    const before = slot.folder.children.get(slot.key);
    const after: Child | undefined = node && { name: slot.name, node };
    if (after === undefined) slot.folder.children.delete(slot.key);
    else slot.folder.children.set(slot.key, after);
    this.tick();
    return this.journal.record({ folder: slot.folder, key: slot.key, before, after, requires });
  }

  /** The place of a path whose folder is known. */
  slotIn(folder: FolderNode, path: RelativePath): Slot {
    const name = baseName(path);
    return { folder, key: foldKey(name, this.rules), name };
  }

  /** Makes the names in a folder durable, and the names of the folders that lead to it. */
  flush(path: RelativePath): Result<void, KeepError> {
    return this.find(path, 'flush').map((node) => {
      if (node?.kind === 'folder')
        this.journal.settle([...this.reaching(path), ...this.journal.inside(node)]);
    });
  }

  /** The pending changes of the names along a path: with them durable, it is found after power loss. */
  reaching(path: RelativePath): readonly NameChange[] {
    const changes: NameChange[] = [];
    let node: MemoryNode | undefined = this.root;
    for (const segment of segmentsOf(path)) {
      if (node?.kind !== 'folder') break;
      const key = foldKey(segment, this.rules);
      const change = this.journal.of(node, key);
      if (change !== undefined) changes.push(change);
      node = node.children.get(key)?.node;
    }
    return changes;
  }

  /** Goes on where another tree stands: its clock and its numbers. */
  startAfter(other: MemoryTree): void {
    this.clock = other.clock;
    this.lastId = other.lastId;
    this.readOnly = other.readOnly;
  }

  /** Bytes of content that still fit. */
  room(): number {
    if (this.capacity === Number.POSITIVE_INFINITY) return this.capacity;
    const files = new Set<FileNode>();
    collectFiles(this.root, files);
    return [...files].reduce((left, file) => left - file.size, this.capacity);
  }

  private nameProblem(name: string): string | null {
    if (Buffer.byteLength(name) > this.rules.maxNameBytes) return 'the name is too long';
    for (const character of this.rules.forbidden) {
      if (name.includes(character)) return `the name holds "${printable(character)}"`;
    }
    return null;
  }
}

/** A {@link keepError} of a disk in memory. */
export function problem(kind: ErrorKind, operation: string, path: string, what: string): KeepError {
  return keepError(kind, operation, `${operation} of "${printable(path)}" failed: ${what}`, {
    path,
    transport: 'memory',
  });
}

export function segmentsOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('/');
}

function collectFiles(folder: FolderNode, files: Set<FileNode>): void {
  for (const { node } of folder.children.values()) {
    if (node.kind === 'file') files.add(node);
    if (node.kind === 'folder') collectFiles(node, files);
  }
}

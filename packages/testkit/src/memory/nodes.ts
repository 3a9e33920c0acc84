import type { RefusedAs } from '@sessionkeep/core';

/** A file's bytes and time; several names may lead to one, as with hard links. */
export interface FileNode {
  readonly kind: 'file';
  readonly id: number;
  /** At least `size` long; grown by doubling, so that appends stay cheap. */
  buffer: Uint8Array;
  size: number;
  mtime: bigint;
  unreadable: boolean;
}

export interface FolderNode {
  readonly kind: 'folder';
  readonly id: number;
  /** By fold key, so that a name that folds to a taken one finds it. */
  readonly children: Map<string, Child>;
  unreadable: boolean;
}

/** A symbolic link. `target` is relative to the link's folder; a leading slash leads out of the disk. */
export interface LinkNode {
  readonly kind: 'link';
  readonly id: number;
  readonly target: string;
}

/** What no backup may read: a pipe, a socket, a device, or a name that is no UTF-8. */
interface OtherNode {
  readonly kind: 'other';
  readonly id: number;
  readonly reason: RefusedAs;
}

export type MemoryNode = FileNode | FolderNode | LinkNode | OtherNode;

/** A name and what it stands for. */
export interface Child {
  readonly name: string;
  readonly node: MemoryNode;
}

/** The file's bytes as they are now, without a copy. */
export function bytesOf(file: FileNode): Uint8Array {
  return file.buffer.subarray(0, file.size);
}

/** Writes at `offset`, which is at most the size; the file ends no earlier than before. */
export function writeInto(file: FileNode, offset: number, bytes: Uint8Array): void {
  const end = offset + bytes.length;
  if (end > file.buffer.length) {
    const grown = new Uint8Array(Math.max(end, file.buffer.length * 2));
    grown.set(bytesOf(file));
    file.buffer = grown;
  }
  file.buffer.set(bytes, offset);
  file.size = Math.max(file.size, end);
}

/** Copies a tree. Hard links stay hard links; `copies` tells which node became which. */
export function cloneTree(root: FolderNode, copies: Map<MemoryNode, MemoryNode>): FolderNode {
  const copy: FolderNode = { ...root, children: new Map() };
  copies.set(root, copy);
  for (const [key, child] of root.children) {
    copy.children.set(key, { name: child.name, node: cloneNode(child.node, copies) });
  }
  return copy;
}

export function cloneNode(node: MemoryNode, copies: Map<MemoryNode, MemoryNode>): MemoryNode {
  const known = copies.get(node);
  if (known !== undefined) return known;
  if (node.kind === 'folder') return cloneTree(node, copies);
  const copy = node.kind === 'file' ? { ...node, buffer: node.buffer.slice(0, node.size) } : node;
  copies.set(node, copy);
  return copy;
}

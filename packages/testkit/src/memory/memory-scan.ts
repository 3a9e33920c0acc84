import {
  joinPath,
  type KeepError,
  type RelativePath,
  type ScanEntry,
  type ScanOptions,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { followLink } from './memory-links.js';
import { identityOf } from './memory-read.js';
import { problem, type MemoryTree } from './memory-tree.js';
import type { FolderNode, MemoryNode } from './nodes.js';

/** Everything below `folder`, in batches of `batchSize`. */
export async function* scanFolder(
  tree: MemoryTree,
  folder: RelativePath,
  batchSize: number,
  options: ScanOptions = {},
): AsyncGenerator<Result<readonly ScanEntry[], KeepError>> {
  const found = tree.find(folder, 'scan');
  if (found.isErr()) {
    yield err(found.error);
    return;
  }
  const root = found.value;
  if (root === undefined) {
    yield err(problem('not-found', 'scan', folder, 'no such folder'));
    return;
  }
  if (root.kind === 'link') {
    yield err(problem('unsafe', 'scan', folder, 'it is a link'));
    return;
  }
  if (root.kind !== 'folder') {
    yield err(problem('not-found', 'scan', folder, 'not a folder'));
    return;
  }
  if (root.unreadable) {
    yield err(problem('denied', 'scan', folder, 'permission denied'));
    return;
  }
  let batch: ScanEntry[] = [];
  for (const entry of walk(tree, folder, '' as RelativePath, root, options)) {
    if (options.signal?.aborted) {
      yield err(problem('aborted', 'scan', folder, 'stopped'));
      return;
    }
    batch.push(entry);
    if (batch.length < batchSize) continue;
    yield ok(batch);
    batch = [];
  }
  if (options.signal?.aborted) {
    yield err(problem('aborted', 'scan', folder, 'stopped'));
    return;
  }
  if (batch.length > 0) yield ok(batch);
}

function* walk(
  tree: MemoryTree,
  root: RelativePath,
  below: RelativePath,
  folder: FolderNode,
  options: ScanOptions,
): Generator<ScanEntry> {
  for (const { name, node } of [...folder.children.values()]) {
    const path = joinPath(below, name as RelativePath);
    if (options.skip?.(path, node.kind === 'folder')) continue;
    if (node.kind !== 'folder') yield entryOf(tree, joinPath(root, path), path, node);
    else if (node.unreadable) {
      const error = problem('denied', 'scan', joinPath(root, path), 'permission denied');
      yield { kind: 'unreadable', path, folder: true, error };
    } else yield* walk(tree, root, path, node, options);
  }
}

function entryOf(
  tree: MemoryTree,
  whole: RelativePath,
  path: RelativePath,
  node: Exclude<MemoryNode, FolderNode>,
): ScanEntry {
  if (node.kind === 'other') return { kind: 'refused', path, reason: node.reason };
  const file = node.kind === 'link' ? followLink(tree, whole, node) : node;
  if (typeof file === 'string') return { kind: 'refused', path, reason: file };
  return { kind: 'file', path, size: file.size, mtime: file.mtime, identity: identityOf(file) };
}

import type {
  Answer,
  Bytes,
  FileStat,
  KeepError,
  RelativePath,
  SmallFile,
  WriteOptions,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { boundedStream } from './bounded-stream.js';
import { identityOf } from './memory-read.js';
import { problem, type MemoryTree } from './memory-tree.js';
import { writeInto, type FileNode, type MemoryNode } from './nodes.js';

export async function createFile(
  tree: MemoryTree,
  path: RelativePath,
  bytes: Bytes,
  length: number,
  options: WriteOptions = {},
): Answer<FileStat> {
  if (options.signal?.aborted) return err(problem('aborted', 'create', path, 'stopped'));
  const place = tree.slotForWrite(path, 'create');
  if (place.isErr()) return err(place.error);
  const slot = place.value;
  if (slot.folder.children.has(slot.key)) return err(problem('exists', 'create', path, 'the name is taken'));
  const file = tree.newFile();
  tree.put(slot, file);
  const written = await pour(tree, file, 0, bytes, length, 'create', path, options.signal);
  if (written.isOk()) return ok(finish(tree, file, options.mtime));
  if (slot.folder.children.get(slot.key)?.node === file) tree.put(slot, undefined);
  return err(written.error);
}

export async function appendFile(
  tree: MemoryTree,
  path: RelativePath,
  offset: number,
  bytes: Bytes,
  length: number,
  options: WriteOptions = {},
): Answer<FileStat> {
  if (options.signal?.aborted) return err(problem('aborted', 'append', path, 'stopped'));
  const found = fileToChange(tree, path, 'append');
  if (found.isErr()) return err(found.error);
  const file = found.value;
  if (file.size < offset)
    return err(problem('short', 'append', path, `it has only ${String(file.size)} bytes`));
  file.size = offset;
  file.mtime = tree.tick();
  const written = await pour(tree, file, offset, bytes, length, 'append', path, options.signal);
  return written.map(() => finish(tree, file, options.mtime));
}

export function publishFile(tree: MemoryTree, small: SmallFile): Result<FileStat, KeepError> {
  const places = tree
    .slotForWrite(small.path, 'publish')
    .andThen((to) => tree.slotForWrite(small.temporary, 'publish').map((from) => ({ from, to })));
  if (places.isErr()) return err(places.error);
  const { from, to } = places.value;
  if (to.folder.children.has(to.key))
    return err(problem('exists', 'publish', small.path, 'the name is taken'));
  if (small.bytes.length > tree.room()) return err(problem('full', 'publish', small.path, 'no space left'));
  const file = tree.newFile();
  writeInto(file, 0, small.bytes);
  tree.put(from, file);
  const stat = finish(tree, file, small.mtime);
  tree.put(to, file);
  tree.put(from, undefined, tree.reaching(small.path));
  return ok(stat);
}

export function renameFile(tree: MemoryTree, from: RelativePath, to: RelativePath): Result<void, KeepError> {
  if (tree.readOnly) return err(problem('read-only', 'rename', from, 'read-only file system'));
  const source = tree.slot(from, 'rename');
  if (source.isErr()) return err(source.error);
  const node = source.value?.folder.children.get(source.value.key)?.node;
  if (source.value === undefined || node === undefined)
    return err(problem('not-found', 'rename', from, 'no such file'));
  if (to.startsWith(`${from}/`)) return err(problem('invalid', 'rename', from, 'it cannot lie in itself'));
  const target = tree.slotForWrite(to, 'rename');
  if (target.isErr()) return err(target.error);
  if (target.value.folder.children.has(target.value.key))
    return err(problem('exists', 'rename', to, 'the name is taken'));
  tree.put(target.value, node);
  // A crash may lose the new name or keep the old one, never both.
  tree.put(source.value, undefined, tree.reaching(to));
  return ok();
}

export function removePath(tree: MemoryTree, path: RelativePath): Result<void, KeepError> {
  if (tree.readOnly) return err(problem('read-only', 'remove', path, 'read-only file system'));
  if (path === '') return err(problem('invalid', 'remove', path, 'it is the root'));
  const found = tree.slot(path, 'remove');
  if (found.isErr()) return err(found.error);
  const slot = found.value;
  const node = slot?.folder.children.get(slot.key)?.node;
  if (slot === undefined || node === undefined) return ok();
  if (node.kind === 'folder' && node.children.size > 0)
    return err(problem('exists', 'remove', path, 'the folder is not empty'));
  tree.put(slot, undefined, node.kind === 'folder' ? tree.journal.inside(node) : []);
  return ok();
}

export function changeTime(tree: MemoryTree, path: RelativePath, mtime: bigint): Result<FileStat, KeepError> {
  return fileToChange(tree, path, 'set time').map((file) => finish(tree, file, mtime));
}

/** What the medium reports of a node. */
export function statOf(node: MemoryNode): FileStat {
  const { kind } = node;
  const identity = identityOf(node);
  if (kind === 'file') return { kind, size: node.size, mtime: node.mtime, identity };
  return { kind, size: 0, mtime: 0n, identity };
}

function fileToChange(tree: MemoryTree, path: RelativePath, operation: string): Result<FileNode, KeepError> {
  if (tree.readOnly) return err(problem('read-only', operation, path, 'read-only file system'));
  return tree.find(path, operation).andThen((node) => {
    if (node === undefined) return err(problem('not-found', operation, path, 'no such file'));
    if (node.kind === 'link') return err(problem('unsafe', operation, path, 'it is a link'));
    if (node.kind !== 'file') return err(problem('changed', operation, path, 'no regular file'));
    return ok(node);
  });
}

/** Writes a stream; what did not come through leaves what was written before it. */
async function pour(
  tree: MemoryTree,
  file: FileNode,
  offset: number,
  bytes: Bytes,
  length: number,
  operation: string,
  path: RelativePath,
  signal: AbortSignal | undefined,
): Promise<Result<void, KeepError>> {
  let done = 0;
  const bounded = boundedStream(bytes, signal, (kind, what) => problem(kind, operation, path, what));
  for await (const chunk of bounded) {
    if (chunk.isErr()) return err(chunk.error);
    if (done + chunk.value.length > length)
      return err(problem('invalid', operation, path, 'more bytes came than announced'));
    const room = tree.room();
    writeInto(
      file,
      offset + done,
      room < chunk.value.length ? chunk.value.subarray(0, Math.max(0, room)) : chunk.value,
    );
    file.mtime = tree.tick();
    if (room < chunk.value.length) return err(problem('full', operation, path, 'no space left'));
    done += chunk.value.length;
  }
  if (signal?.aborted) return err(problem('aborted', operation, path, 'stopped'));
  if (done < length)
    return err(problem('short', operation, path, `only ${String(done)} of ${String(length)} bytes came`));
  return ok();
}

function finish(tree: MemoryTree, file: FileNode, mtime: bigint | undefined): FileStat {
  const now = tree.tick();
  file.mtime = mtime === undefined ? now : tree.rounded(mtime);
  return statOf(file);
}

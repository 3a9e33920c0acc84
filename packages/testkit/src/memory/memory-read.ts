import type {
  Bytes,
  CallOptions,
  FileEntry,
  KeepError,
  Range,
  RangeDigest,
  RangeRead,
  Sha256,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { followLink } from './memory-links.js';
import { problem, type MemoryTree } from './memory-tree.js';
import type { FileNode } from './nodes.js';

/** Fills a chunk once it is no longer the consumer's, so that whoever kept it finds out. */
const STALE = 0xdd;

/** The ranges, one stream each. */
export async function* readRanges(
  tree: MemoryTree,
  ranges: readonly Range[],
  chunkSize: number,
  options: CallOptions | undefined,
): AsyncGenerator<RangeRead> {
  const abort = { told: false };
  for (const range of ranges) {
    yield { range, chunks: readRange(tree, range, chunkSize, options?.signal, abort) };
    // As early as the port allows, so that whoever counts on an answer for every range finds out.
    if (abort.told) return;
    await Promise.resolve();
  }
}

/** The digests of the ranges, with the hash's state when `withState`. */
export async function* digestRanges(
  tree: MemoryTree,
  ranges: readonly Range[],
  sha256: Sha256,
  withState: boolean,
  options: CallOptions | undefined,
): AsyncGenerator<Result<RangeDigest, KeepError>> {
  for (const range of ranges) {
    const hasher = sha256.start();
    let failure: KeepError | undefined;
    for await (const chunk of readRange(tree, range, 1 << 20, options?.signal)) {
      if (chunk.isErr()) failure = chunk.error;
      else hasher.update(chunk.value);
    }
    if (failure !== undefined) yield err(failure);
    if (failure?.kind === 'aborted') return;
    if (failure !== undefined) continue;
    if (withState) yield ok({ range, sha256: hasher.copy().hex(), state: hasher });
    else yield ok({ range, sha256: hasher.hex() });
  }
}

async function* readRange(
  tree: MemoryTree,
  range: Range,
  chunkSize: number,
  signal: AbortSignal | undefined,
  abort = { told: false },
): Bytes {
  const aborted = () => {
    abort.told = true;
    return err(problem('aborted', 'read', range.path, 'stopped'));
  };
  if (signal?.aborted) {
    yield aborted();
    return;
  }
  const found = openFile(tree, range);
  if (found.isErr()) {
    yield err(found.error);
    return;
  }
  const file = found.value;
  for (let done = 0; done < range.length;) {
    await Promise.resolve();
    if (signal?.aborted) {
      yield aborted();
      return;
    }
    const from = range.offset + done;
    const chunk = file.buffer.slice(
      from,
      Math.min(from + Math.min(chunkSize, range.length - done), file.size),
    );
    if (chunk.length === 0) {
      yield err(problem('short', 'read', range.path, `it ends ${String(range.length - done)} bytes early`));
      return;
    }
    done += chunk.length;
    yield ok(chunk);
    chunk.fill(STALE);
  }
}

function openFile(tree: MemoryTree, range: Range): Result<FileNode, KeepError> {
  const found = tree.find(range.path, 'read');
  if (found.isErr()) return err(found.error);
  const node = found.value;
  const file = node?.kind === 'link' ? followLink(tree, range.path, node) : node;
  if (file === undefined) return err(problem('not-found', 'read', range.path, 'no such file'));
  if (file === 'link-out') return err(problem('unsafe', 'read', range.path, 'the link leads out'));
  if (file === 'link-broken') return err(problem('not-found', 'read', range.path, 'the link leads nowhere'));
  if (typeof file === 'string' || file.kind !== 'file')
    return err(problem('changed', 'read', range.path, 'no regular file'));
  if (range.identity && range.identity !== identityOf(file)) {
    return err(problem('changed', 'read', range.path, 'another file has taken the name'));
  }
  if (file.unreadable) return err(problem('denied', 'read', range.path, 'permission denied'));
  return ok(file);
}

/** How entries and stats name this file, whatever its name. */
export function identityOf(node: { readonly id: number }): FileEntry['identity'] {
  return String(node.id);
}

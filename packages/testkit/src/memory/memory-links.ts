import type { RefusedAs, RelativePath } from '@sessionkeep/core';
import { foldKey, parentPath } from '@sessionkeep/core';
import { segmentsOf, type MemoryTree } from './memory-tree.js';
import type { FileNode, LinkNode, MemoryNode } from './nodes.js';

/** More links than this on the way are a loop. */
const MAX_LINKS = 8;

/** Where a link leads: a file inside the disk, or why it is refused. */
export function followLink(tree: MemoryTree, path: RelativePath, link: LinkNode): FileNode | RefusedAs {
  let at: string = path;
  let node: MemoryNode | undefined = link;
  for (let count = 0; node?.kind === 'link'; count++) {
    if (count === MAX_LINKS) return 'link-broken';
    const next = aim(parentPath(at as RelativePath), node.target);
    if (next === null) return 'link-out';
    at = next;
    node = walk(tree, segmentsOf(at));
  }
  if (node === undefined) return 'link-broken';
  if (node.kind === 'file') return node;
  return node.kind === 'folder' ? 'link-folder' : node.reason;
}

/** The path a link's text stands for, or null when it leads out of the disk. */
function aim(folder: string, target: string): string | null {
  if (target.startsWith('/')) return null;
  const segments = [...segmentsOf(folder)];
  for (const segment of target.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join('/');
}

function walk(tree: MemoryTree, segments: readonly string[]): MemoryNode | undefined {
  let node: MemoryNode | undefined = tree.root;
  for (const segment of segments) {
    if (node?.kind !== 'folder') return undefined;
    node = node.children.get(foldKey(segment, tree.rules))?.node;
  }
  return node;
}

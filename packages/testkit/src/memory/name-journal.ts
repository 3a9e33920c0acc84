import { cloneNode, type Child, type FolderNode, type MemoryNode } from './nodes.js';

/** One change of one name, not known to be durable yet. */
export interface NameChange {
  readonly folder: FolderNode;
  readonly key: string;
  readonly before: Child | undefined;
  readonly after: Child | undefined;
  /** Changes that are durable whenever this one is: the name's change before, a renamed file's new name, … */
  readonly requires: readonly NameChange[];
}

/**
 * The changes of names that a power loss may undo, oldest first.
 *
 * Whatever is undone, two things hold as on a real file system: changes of one name are undone latest first, and a
 * rename never leaves the file without any name.
 */
export class NameJournal {
  readonly pending = new Set<NameChange>();
  private readonly latest = new Map<FolderNode, Map<string, NameChange>>();

  record(change: NameChange): NameChange {
    const names = this.latest.get(change.folder) ?? new Map<string, NameChange>();
    const previous = names.get(change.key);
    const whole = previous === undefined ? change : { ...change, requires: [...change.requires, previous] };
    this.latest.set(change.folder, names.set(change.key, whole));
    this.pending.add(whole);
    return whole;
  }

  /** Pending changes inside this folder. */
  inside(folder: FolderNode): readonly NameChange[] {
    return [...(this.latest.get(folder)?.values() ?? [])];
  }

  /** The latest pending change of one name. */
  of(folder: FolderNode, key: string): NameChange | undefined {
    return this.latest.get(folder)?.get(key);
  }

  /** Makes these changes durable, and all that they imply. */
  settle(changes: Iterable<NameChange>): void {
    for (const change of this.implied(changes)) {
      this.pending.delete(change);
      const names = this.latest.get(change.folder);
      if (names?.get(change.key) === change) names.delete(change.key);
    }
  }

  settleAll(): void {
    this.pending.clear();
    this.latest.clear();
  }

  /** Those of these changes that are pending, and all that must be durable with them. */
  implied(changes: Iterable<NameChange>): Set<NameChange> {
    const all = new Set<NameChange>();
    const queue = [...changes];
    for (let change = queue.pop(); change !== undefined; change = queue.pop()) {
      if (all.has(change) || !this.pending.has(change)) continue;
      all.add(change);
      queue.push(...change.requires);
    }
    return all;
  }

  /** The same journal about a copy of the tree. */
  cloneInto(copy: NameJournal, nodes: Map<MemoryNode, MemoryNode>): void {
    const child = (old: Child | undefined) => old && { name: old.name, node: cloneNode(old.node, nodes) };
    const copies = new Map<NameChange, NameChange>();
    for (const change of this.pending) {
      const folder = cloneNode(change.folder, nodes);
      if (folder.kind !== 'folder') continue;
      const requires = change.requires.flatMap((other) => copies.get(other) ?? []);
      const same = {
        folder,
        key: change.key,
        before: child(change.before),
        after: child(change.after),
        requires,
      };
      copies.set(change, copy.record(same));
    }
  }
}

/** Puts the names back as they were before these changes, which are given oldest first. */
export function undo(changes: readonly NameChange[]): void {
  for (const change of changes.toReversed()) {
    if (change.before === undefined) change.folder.children.delete(change.key);
    else change.folder.children.set(change.key, change.before);
  }
}

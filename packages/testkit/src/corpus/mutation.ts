import { contentBytes } from './content.js';
import type { ContentSpec, CorpusFile, CorpusPlan } from './corpus-plan.js';
import { logSize } from './log-lines.js';
import { createRandom, type Random } from './random.js';

/** A thing that happens to a file of a corpus, as pure data. */
export type Mutation =
  /** Lines are appended. */
  | { readonly kind: 'grow'; readonly path: string; readonly content: ContentSpec; readonly mtime: bigint }
  /** Cut in place, in the middle of a line as likely as not. */
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number; readonly mtime: bigint }
  /** Other content written under a temporary name and renamed over it: another file under the same name. */
  | { readonly kind: 'rewrite'; readonly path: string; readonly content: ContentSpec; readonly mtime: bigint }
  /** Another time, the same bytes. */
  | { readonly kind: 'restamp'; readonly path: string; readonly mtime: bigint }
  | { readonly kind: 'delete'; readonly path: string }
  /** Made anew under the old name, whether the old one is still there or not. */
  | {
      readonly kind: 'recreate';
      readonly path: string;
      readonly content: ContentSpec;
      readonly mtime: bigint;
    }
  /** To another project folder. */
  | { readonly kind: 'move'; readonly path: string; readonly to: string };

/** The kinds of mutations. */
export type MutationKind = Mutation['kind'];

/** How many files each kind of mutation happens to. */
export type MutationCounts = Partial<Record<MutationKind, number>>;

const KINDS: readonly MutationKind[] = [
  'grow',
  'truncate',
  'rewrite',
  'restamp',
  'delete',
  'recreate',
  'move',
];

/**
 * Chooses logs of a corpus and what happens to them; each log is chosen once at most. Times go on from each file's own,
 * an hour a `round`.
 */
export function planMutations(
  plan: CorpusPlan,
  seed: number,
  counts: MutationCounts,
  round = 1,
): readonly Mutation[] {
  const random = createRandom(seed);
  const logs = shuffled(
    plan.files.filter((file) => file.content.lines > 0),
    random,
  );
  const mutations: Mutation[] = [];
  for (const kind of KINDS) {
    for (const file of logs.splice(0, counts[kind] ?? 0))
      mutations.push(mutationOf(kind, file, plan, random, round));
  }
  return mutations;
}

function mutationOf(
  kind: MutationKind,
  file: CorpusFile,
  plan: CorpusPlan,
  random: Random,
  round: number,
): Mutation {
  const { path } = file;
  const mtime = file.mtime + BigInt(round) * 3_600_000_000_000n;
  const lines = random.between(1, 12);
  switch (kind) {
    case 'grow':
      return { kind, path, mtime, content: linesFor(file, random.next(), lines, false) };
    case 'truncate':
      return { kind, path, mtime, size: random.between(0, file.content.size - 1) };
    case 'rewrite':
    case 'recreate':
      return { kind, path, mtime, content: linesFor(file, random.next(), lines * 4, true) };
    case 'restamp':
      return { kind, path, mtime };
    case 'delete':
      return { kind, path };
    case 'move': {
      const from = path.slice(0, path.indexOf('/'));
      const others = plan.projects.filter((project) => project.folder !== from);
      const to = others.length > 0 ? random.pick(others).folder : `${from}-moved`;
      return { kind, path, to: to + path.slice(from.length) };
    }
  }
}

/** Lines that could stand in this log. */
export function linesFor(file: CorpusFile, seed: number, lines: number, opens: boolean): ContentSpec {
  const start = Number(file.mtime / 1_000_000n);
  return { ...file.content, seed, lines, size: logSize(seed, lines), start, opens };
}

/** What a disk in memory must be able to do for {@link mutateMemory}; `MemoryDisk` can. */
export interface MutableFiles {
  /** Makes or overwrites a file in place. */
  write(path: string, bytes: Uint8Array, mtime?: bigint): void;
  /** Puts another file under the name, as a rename over it does. */
  replace(path: string, bytes: Uint8Array, mtime?: bigint): void;
  /** Adds to the end of a file, in place. */
  append(path: string, bytes: Uint8Array, mtime?: bigint): void;
  /** Cuts a file in place. */
  truncate(path: string, size: number, mtime?: bigint): void;
  /** Sets a file's time and nothing else. */
  touch(path: string, mtime: bigint): void;
  /** Removes a file. */
  remove(path: string): void;
  /** Moves a file, making the folders above its new name. */
  move(from: string, to: string): void;
}

/** Lets the mutations happen in memory. */
export function mutateMemory(disk: MutableFiles, mutations: readonly Mutation[]): void {
  for (const mutation of mutations) {
    switch (mutation.kind) {
      case 'grow':
        disk.append(mutation.path, contentBytes(mutation.content), mutation.mtime);
        break;
      case 'truncate':
        disk.truncate(mutation.path, mutation.size, mutation.mtime);
        break;
      case 'rewrite':
      case 'recreate':
        disk.replace(mutation.path, contentBytes(mutation.content), mutation.mtime);
        break;
      case 'restamp':
        disk.touch(mutation.path, mutation.mtime);
        break;
      case 'delete':
        disk.remove(mutation.path);
        break;
      case 'move':
        disk.move(mutation.path, mutation.to);
        break;
    }
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

import {
  childPath,
  parseObject,
  ROOT,
  type LedgerHead,
  type RelativePath,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { readSmallFile } from '../io/read-range.js';
import type { Place } from '../events.js';

/**
 * What a writer remembers outside the archive: which archive a target is, and how far it wrote each ledger, so that an
 * unmounted disk or an archive rolled back to yesterday shows. It is help, not truth: what cannot be read or written is
 * as if it had never been remembered.
 */
export interface Memory {
  targetId(target: string): Promise<string | null>;
  rememberTarget(target: string, id: string): Promise<void>;
  head(archive: string, place: Place): Promise<LedgerHead | null>;
  rememberHead(archive: string, place: Place, head: LedgerHead): Promise<void>;
}

/** A memory that forgets: for machines without a place to remember in. */
export const NO_MEMORY: Memory = {
  targetId: () => Promise.resolve(null),
  rememberTarget: () => Promise.resolve(),
  head: () => Promise.resolve(null),
  rememberHead: () => Promise.resolve(),
};

/** A memory of small files in a folder, reached through a transport of its own. */
export function openMemory(folder: Transport, sha256: Sha256): Memory {
  const targetFile = (target: string): RelativePath =>
    childPath(ROOT, `target-${sha256.of(target).slice(0, 32)}.json`);
  const headFile = (archive: string, { source, repo }: Place): RelativePath =>
    childPath(ROOT, `head-${sha256.of(JSON.stringify([archive, source, repo])).slice(0, 32)}.json`);
  return {
    async targetId(target) {
      const id = (await recall(folder, targetFile(target)))?.['id'];
      return typeof id === 'string' ? id : null;
    },
    rememberTarget: (target, id) => remember(folder, targetFile(target), { target, id }),
    async head(archive, place) {
      const json = await recall(folder, headFile(archive, place));
      const { segment, size, head } = json ?? {};
      return typeof segment === 'number' && typeof size === 'number' && typeof head === 'string'
        ? { segment, size, head }
        : null;
    },
    rememberHead: (archive, place, head) =>
      remember(folder, headFile(archive, place), { archive, ...place, ...head }),
  };
}

async function recall(
  folder: Transport,
  path: RelativePath,
): Promise<Readonly<Record<string, unknown>> | null> {
  const bytes = await readSmallFile(folder, path, 64 * 1024);
  return bytes.isOk() ? parseObject(new TextDecoder().decode(bytes.value)) : null;
}

async function remember(folder: Transport, path: RelativePath, value: object): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  const temporary = `${path}.new` as RelativePath;
  // Not atomic as a whole, and need not be: what a crash takes away is only the reminder.
  for (const old of [temporary, path]) {
    const removed = await folder.remove(old);
    if (removed.isErr()) return;
  }
  const written = await folder.publish({ path, temporary, bytes });
  if (written.isErr()) await folder.remove(temporary).then(() => undefined);
}

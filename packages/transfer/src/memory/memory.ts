import {
  childPath,
  parseObject,
  ROOT,
  SAMPLE_PARTS,
  type LedgerHead,
  type RelativePath,
  type SampleProgress,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import type { Place } from '../archive/place.js';
import { readSmallFile } from '../io/read-range.js';

/**
 * What a machine remembers outside the archive: which archive a target is, and how far it wrote each ledger, so that an
 * unmounted disk or an archive rolled back to yesterday shows; and which sample was read back last. It is help, not truth:
 * what cannot be read or written is as if it had never been remembered.
 */
export interface Memory {
  /** The id of the archive that a target (by its transport's name) was when last written to; null when unknown. */
  targetId(target: string): Promise<string | null>;
  /** Notes which archive a target is. */
  rememberTarget(target: string, id: string): Promise<void>;
  /** How far this machine wrote the ledger of an archive's repo; null when it never did. */
  head(archive: string, place: Place): Promise<LedgerHead | null>;
  /** Notes how far the ledger reaches. */
  rememberHead(archive: string, place: Place, head: LedgerHead): Promise<void>;
  /** The last sample of a selection of an archive's repos; `selection` is any text that tells it from others. */
  sample(archive: string, selection: string): Promise<SampleProgress | null>;
  /** Notes which sample was read back. */
  rememberSample(archive: string, selection: string, sample: SampleProgress): Promise<void>;
}

/** A memory that forgets: for machines without a place to remember in. */
export const NO_MEMORY: Memory = {
  targetId: () => Promise.resolve(null),
  rememberTarget: () => Promise.resolve(),
  head: () => Promise.resolve(null),
  rememberHead: () => Promise.resolve(),
  sample: () => Promise.resolve(null),
  rememberSample: () => Promise.resolve(),
};

/**
 * A memory of small files in a folder, reached through a transport of its own.
 *
 * @example
 * const folder = (await openLocalTransport({ root: '/home/anna/.local/state/my-backup' }))._unsafeUnwrap();
 * const memory = openMemory(folder, nodeSha256);
 * const opened = await openArchive({ target, sha256: nodeSha256, memory });
 */
export function openMemory(folder: Transport, sha256: Sha256): Memory {
  const targetFile = (target: string): RelativePath =>
    childPath(ROOT, `target-${sha256.of(target).slice(0, 32)}.json`);
  const headFile = (archive: string, { source, repo }: Place): RelativePath =>
    childPath(ROOT, `head-${sha256.of(JSON.stringify([archive, source, repo])).slice(0, 32)}.json`);
  const sampleFile = (archive: string, selection: string): RelativePath =>
    childPath(ROOT, `sample-${sha256.of(JSON.stringify([archive, selection])).slice(0, 32)}.json`);
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
    sample: async (archive, selection) => sampleOf(await recall(folder, sampleFile(archive, selection))),
    rememberSample: (archive, selection, { window: { from, parts }, covered }) =>
      remember(folder, sampleFile(archive, selection), { archive, selection, from, parts, covered }),
  };
}

function sampleOf(json: Readonly<Record<string, unknown>> | null): SampleProgress | null {
  const part = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
  const { from, parts, covered } = json ?? {};
  if (!part(from) || !part(parts) || !part(covered)) return null;
  if (from >= SAMPLE_PARTS || parts > SAMPLE_PARTS || covered > SAMPLE_PARTS) return null;
  return { window: { from, parts }, covered };
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

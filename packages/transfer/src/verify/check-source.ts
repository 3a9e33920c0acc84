import type { Answer, FileEntry, LiveRecord, Repo, Transport } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { digestMany } from '../io/digest-many.js';
import { scanSource, type ScannedSource } from '../manifest/scan-source.js';
import type { KnownFiles, VerifyContext } from './verify-repo.js';

/** Holds the source against the ledger: the first `size` bytes of every file by digest. */
export async function checkSource(context: VerifyContext, known: KnownFiles): Answer<void> {
  const { source, repo, verdicts } = context;
  if (source === null || repo === null) return ok(undefined);
  const compared = await compareSizes(context, { source, repo }, known);
  if (compared.isErr()) return err(compared.error);
  const { pairs, bytes, sourcePath } = compared.value;
  let done = 0;
  await digestMany(
    source,
    pairs,
    ({ record: { path, size }, identity }) => ({ path: sourcePath(path), offset: 0, length: size, identity }),
    (pair, digest) => {
      const { path, size } = pair.record;
      verdicts.read(size, bytes, ++done, pairs.length);
      if (digest.isOk()) verdicts.file(path, verdictOf(pair, digest.value.sha256));
      else if (['changed', 'short', 'not-found'].includes(digest.error.kind)) verdicts.file(path, 'changed');
      else verdicts.file(path, 'failed', { error: digest.error });
    },
    context,
  );
  return ok(undefined);
}

/** What is kept of a file, and what the source has of it today. */
interface Pair extends Pick<FileEntry, 'size' | 'mtime' | 'identity'> {
  readonly record: LiveRecord;
}

interface Compared extends Pick<ScannedSource, 'sourcePath'> {
  readonly pairs: readonly Pair[];
  /** To be read. */
  readonly bytes: number;
}

/** Nearly every file is at least as long as what is kept of it: such a one is paired while the source is listed, and its entry let go. */
async function compareSizes(
  { filter, signal, verdicts }: VerifyContext,
  from: { readonly source: Transport; readonly repo: Repo },
  { records }: KnownFiles,
): Answer<Compared> {
  const pairs: Pair[] = [];
  let bytes = 0;
  const seen = new Set<LiveRecord>();
  const isPaired = ({ path, size, mtime, identity }: FileEntry): boolean => {
    const record = records.get(path);
    if (record !== undefined) seen.add(record);
    if (record?.status !== 'live' || size < record.size) return false;
    pairs.push({ record, size, mtime, identity });
    bytes += record.size;
    return true;
  };
  const scanned = await scanSource({ ...from, filter, skip: isPaired, ...(signal && { signal }) });
  if (scanned.isErr()) return err(scanned.error);
  const { files, refused, unreadable, sourcePath } = scanned.value;
  for (const { path } of files) {
    const record = records.get(path);
    if (record === undefined) verdicts.file(path, 'new');
    else verdicts.file(path, record.status === 'pruned' ? 'matching' : 'changed');
  }
  for (const [path, record] of records) if (!seen.has(record)) verdicts.file(path, 'retained');
  for (const { path, reason } of refused) verdicts.file(path, 'refused', { reason });
  for (const { path, error } of unreadable) verdicts.file(path, 'failed', { error });
  return ok({ pairs, bytes, sourcePath });
}

function verdictOf(
  { record, size, mtime }: Pair,
  sha256: string,
): 'matching' | 'grown' | 'divergent' | 'changed' {
  if (sha256 === record.sha256) return size > record.size ? 'grown' : 'matching';
  // The same size and time say that nothing changed, and the bytes say otherwise: one of both sides is damaged.
  return size === record.size && mtime === record.mtime ? 'divergent' : 'changed';
}

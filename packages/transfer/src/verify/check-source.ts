import { type Answer, type FileEntry, type LiveRecord, type Range } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { digestMany } from '../io/digest-many.js';
import { scanSource } from '../manifest/scan-source.js';
import type { KnownFiles, VerifyContext } from './verify-repo.js';

/** Holds the source against the ledger: the first `size` bytes of every file by digest. */
export async function checkSource(context: VerifyContext, { records }: KnownFiles): Answer<void> {
  const { source, repo, filter, signal, verdicts } = context;
  if (source === null || repo === null) return ok(undefined);
  const scanned = await scanSource({ source, repo, filter, ...(signal && { signal }) });
  if (scanned.isErr()) return err(scanned.error);
  const { files, refused, unreadable, sourcePath } = scanned.value;
  const pairs: { file: FileEntry; record: LiveRecord }[] = [];
  const seen = new Set<string>();
  for (const file of files) {
    seen.add(file.path);
    const record = records.get(file.path);
    if (record === undefined || record.status === 'pruned')
      verdicts.file(file.path, record ? 'matching' : 'new');
    else if (file.size < record.size || record.status === 'aside') verdicts.file(file.path, 'changed');
    else pairs.push({ file, record });
  }
  for (const path of records.keys()) if (!seen.has(path)) verdicts.file(path, 'retained');
  for (const { path, reason } of refused) verdicts.file(path, 'refused', { reason });
  for (const { path, error } of unreadable) verdicts.file(path, 'failed', { error });
  const ranges = pairs.map(({ file, record }): Range => ({
    path: sourcePath(file.path),
    offset: 0,
    length: record.size,
    identity: file.identity,
  }));
  const total = ranges.reduce((sum, { length }) => sum + length, 0);
  let done = 0;
  await digestMany(
    source,
    ranges,
    (index, digest) => {
      const pair = pairs[index];
      if (pair === undefined) return;
      verdicts.read(pair.record.size, total, ++done, pairs.length);
      if (digest.isOk())
        verdicts.file(pair.file.path, verdictOf(pair.file, pair.record, digest.value.sha256));
      else if (['changed', 'short', 'not-found'].includes(digest.error.kind))
        verdicts.file(pair.file.path, 'changed');
      else verdicts.file(pair.file.path, 'failed', { error: digest.error });
    },
    context,
  );
  return ok(undefined);
}

function verdictOf(
  file: FileEntry,
  record: LiveRecord,
  sha256: string,
): 'matching' | 'grown' | 'divergent' | 'changed' {
  if (sha256 === record.sha256) return file.size > record.size ? 'grown' : 'matching';
  // The same size and time say that nothing changed, and the bytes say otherwise: one of both sides is damaged.
  return file.size === record.size && file.mtime === record.mtime ? 'divergent' : 'changed';
}

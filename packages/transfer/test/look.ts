import type { Bytes, FileAsOf, Transport } from '@sessionkeep/core';
import type { MemoryDisk } from '@sessionkeep/testkit';
import { expect } from 'vitest';
import { listFiles } from '../src/history/list-files.js';
import { openFileAt } from '../src/history/open-file-at.js';
import { ARCHIVE_ID, archiveOf, PLACE, SMALL_CHUNKS } from './scenario.js';

/** What every look into a test's archive takes. */
export const look = (target: MemoryDisk | Transport) => ({
  archive: archiveOf('transport' in target ? target.transport(SMALL_CHUNKS) : target, ARCHIVE_ID),
  place: PLACE,
});

/** All bytes of a stream as text, and what its last item said was wrong. */
export async function drained(bytes: Bytes): Promise<{ text: string; error: string | null }> {
  const parts: Uint8Array[] = [];
  for await (const chunk of bytes) {
    if (chunk.isErr())
      return { text: new TextDecoder().decode(Buffer.concat(parts)), error: chunk.error.kind };
    parts.push(chunk.value.slice());
  }
  return { text: new TextDecoder().decode(Buffer.concat(parts)), error: null };
}

/** A file's bytes as text; they must be those recorded. */
export async function textAt(target: MemoryDisk | Transport, path: string, at?: string): Promise<string> {
  const opened = await openFileAt({ ...look(target), path, ...(at !== undefined && { at }) });
  const { text, error } = await drained(opened._unsafeUnwrap().bytes);
  expect(error).toBeNull();
  return text;
}

/** All files; the ledger must be whole. */
export async function listed(target: MemoryDisk, at?: string): Promise<readonly FileAsOf[]> {
  const listing = (await listFiles({ ...look(target), ...(at !== undefined && { at }) }))._unsafeUnwrap();
  expect(listing).toMatchObject({ alarms: [], later: null });
  return [...listing.files];
}

import { closeSync, futimesSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keepError, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { contentBytes, contentChunks } from './content.js';
import type { ContentSpec, CorpusPlan } from './corpus-plan.js';

/** How much was written. */
export interface CorpusWritten {
  readonly files: number;
  readonly bytes: number;
}

/** Writes a corpus below a folder of a real disk; files are 0600, folders 0700, as Claude Code makes them. */
export async function writeCorpus(plan: CorpusPlan, folder: string): Answer<CorpusWritten> {
  const made = new Set<string>();
  let bytes = 0;
  try {
    for (const file of plan.files) {
      const path = join(folder, file.path);
      const parent = dirname(path);
      if (!made.has(parent)) mkdirSync(parent, { recursive: true, mode: 0o700 });
      made.add(parent);
      writeContent(path, file.content, file.mtime, 'w');
      bytes += file.content.size;
    }
    return ok({ files: plan.files.length, bytes });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      keepError('io', 'write corpus', `cannot write the corpus: ${reason}`, { path: folder, cause }),
    );
  }
}

/** Writes or appends one content and sets the time; throws as `node:fs` does. */
export function writeContent(path: string, content: ContentSpec, mtime: bigint, flags: 'w' | 'a'): void {
  const handle = openSync(path, flags, 0o600);
  try {
    for (const chunk of contentChunks(content)) writeWhole(handle, chunk);
    const seconds = secondsOf(mtime);
    futimesSync(handle, seconds, seconds);
  } finally {
    closeSync(handle);
  }
}

/** What `node:fs` takes for a time; exact for the steps that corpora use. */
export function secondsOf(mtime: bigint): number {
  return Number(mtime / 15_625_000n) / 64;
}

/** The files of a small corpus in memory. */
export function* corpusFiles(
  plan: CorpusPlan,
): Generator<{ path: string; bytes: Uint8Array; mtime: bigint }> {
  for (const { path, mtime, content } of plan.files) yield { path, mtime, bytes: contentBytes(content) };
}

function writeWhole(handle: number, chunk: Uint8Array): void {
  for (let done = 0; done < chunk.length;) done += writeSync(handle, chunk, done);
}

import { findCwd, joinPath, projectFolderName, type RelativePath, type Transport } from '@sessionkeep/core';
import { collect, readRange } from '../io/read-range.js';

/** How many logs of a folder are looked into for its working folder, and how far. */
const LOGS = 4;
const LOG_BYTES = 64 * 1024;

/**
 * The working folder that the logs of a project folder directly in the source name; null when none does. Reads the beginnings
 * of a few logs; what cannot be read is passed over.
 */
export async function workingFolder(source: Transport, folder: string): Promise<string | null> {
  const entries = await source.list(folder as RelativePath);
  if (entries.isErr()) return null;
  const logs = entries.value
    .filter(({ name, kind }) => kind === 'file' && name.endsWith('.jsonl'))
    .slice(0, LOGS);
  let fallback: string | null = null;
  for (const { name } of logs) {
    const path = joinPath(folder as RelativePath, name as RelativePath);
    const stat = await source.stat(path);
    if (stat.isErr()) continue;
    const length = Math.min(stat.value.size, LOG_BYTES);
    const text = await collect(readRange(source, { path, offset: 0, length }), length);
    const cwd = text.isOk() ? findCwd(new TextDecoder().decode(text.value), folder) : null;
    if (cwd !== null && projectFolderName(cwd).slice(0, 200) === folder.slice(0, 200)) return cwd;
    fallback ??= cwd;
  }
  return fallback;
}

import { childPath, joinPath, parentPath, ROOT, type RelativePath } from '@sessionkeep/core';
import type { Place } from './place.js';

/** Where the tool's own records lie, beside the files. */
export const META = childPath(ROOT, '.sessionkeep');

/** What makes a folder an archive: its format and its id. */
export const TARGET_FILE = childPath(META, 'target.json');

/** Where everything of one source's repo lies in an archive. */
export interface RepoPaths {
  /** The files, as they are. */
  readonly live: RelativePath;
  readonly meta: RelativePath;
  readonly ledger: RelativePath;
  readonly runs: RelativePath;
  readonly versions: RelativePath;
  readonly lock: RelativePath;
  readonly tmp: RelativePath;
}

/** The paths of a source's repo; names are valid already. */
export function repoPaths({ source, repo }: Place): RepoPaths {
  const live = joinPath(childPath(ROOT, `source-${source}`), childPath(ROOT, `repo-${repo}`));
  const meta = joinPath(META, live);
  return {
    live,
    meta,
    ledger: childPath(meta, 'ledger'),
    runs: childPath(meta, 'runs.log'),
    versions: childPath(meta, 'versions'),
    lock: childPath(meta, 'lock'),
    tmp: childPath(meta, 'tmp'),
  };
}

const SEGMENT = /^(\d{6,9})\.log$/;

export function segmentPath(paths: RepoPaths, segment: number): RelativePath {
  return childPath(paths.ledger, `${segment.toString().padStart(6, '0')}.log`);
}

/** The number of a segment's file, or null for any other name. */
export function segmentNumber(name: string): number | null {
  const match = SEGMENT.exec(name);
  return match?.[1] === undefined ? null : Number(match[1]);
}

export function versionPath(paths: RepoPaths, sha256: string): RelativePath {
  return childPath(paths.versions, sha256);
}

/** A folder and all above it, up to the root: what must be flushed for a new name to be found after a crash. */
export function withAncestors(folder: RelativePath): RelativePath[] {
  const folders = [folder];
  for (let at = folder; at !== ''; folders.push(at)) at = parentPath(at);
  return folders;
}

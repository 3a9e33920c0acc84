import {
  coverage,
  isPattern,
  joinPath,
  keepError,
  projectFolders,
  ROOT,
  sortByPath,
  type Answer,
  type FileEntry,
  type KeepFilter,
  type RefusedEntry,
  type RelativePath,
  type Repo,
  type ScanEntry,
  type SourceManifest,
  type Transport,
  type UnreadableEntry,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { projectNames } from '../discover/project-names.js';

export interface ScannedSource extends SourceManifest {
  /** Where a path of the repo lies at the source. */
  readonly sourcePath: (path: RelativePath) => RelativePath;
  /** Project folders that the repo names and the source does not have. */
  readonly missing: readonly string[];
}

export interface ScanSourceOptions {
  readonly source: Transport;
  readonly repo: Repo;
  readonly filter: KeepFilter;
  /** True for a file that need not be held. */
  readonly skip?: (file: FileEntry) => boolean;
  /** The file as it is to be seen; asked before `skip`. */
  readonly see?: (file: FileEntry) => FileEntry;
  readonly signal?: AbortSignal;
}

const LINKED = 'put the folder itself there, or make a source of where the link leads';

/**
 * Lists what a repo has at its source, sorted. A project folder that is missing makes the manifest incomplete: nothing of it
 * counts as deleted, since an unmounted home looks the same.
 */
export async function scanSource(options: ScanSourceOptions): Answer<ScannedSource> {
  const { source, repo, filter, skip, see = (file: FileEntry) => file } = options;
  const named = await foldersOf(repo, source);
  if (named.isErr()) return err(named.error);
  const { folders, missing } = named.value;
  const files: FileEntry[] = [];
  const refused: RefusedEntry[] = [];
  const unreadable: UnreadableEntry[] = [];
  const add = (entry: ScanEntry): void => {
    if (entry.kind === 'file') {
      const file = see(entry);
      if (skip?.(file) !== true) files.push(file);
    } else if (entry.kind === 'refused') refused.push(entry);
    else unreadable.push(entry);
  };
  for (const name of folders) {
    const folder = name as RelativePath;
    const inside = repo.layout === 'flat' ? ROOT : folder;
    const scanned = await scanFolder(options, folder, (entry) => {
      add(inside === '' ? entry : { ...entry, path: joinPath(inside, entry.path) });
    });
    if (scanned.isOk()) continue;
    if (scanned.error.kind === 'aborted') return err(scanned.error);
    if (scanned.error.kind === 'not-found') {
      // Is it only this folder, or the whole source?
      const root = await source.list(ROOT);
      if (root.isErr()) return err(root.error);
      missing.push(name);
      continue;
    }
    const error = scanned.error.kind === 'unsafe' ? { hint: LINKED, ...scanned.error } : scanned.error;
    unreadable.push({ kind: 'unreadable', path: inside, folder: true, error });
  }
  const lost = unreadable.some((entry) => entry.path === '');
  return ok({
    files: sortByPath(files),
    refused: sortByPath(refused),
    unreadable,
    complete: missing.length === 0 && !lost,
    covers: coverage(repo, filter),
    sourcePath: sourcePathOf(repo),
    missing,
  });
}

/** The folders to scan. Those named outright are not looked for first: the scan of one that is missing says so. */
async function foldersOf(
  repo: Repo,
  source: Transport,
): Answer<{ folders: readonly string[]; missing: string[] }> {
  if (!repo.projects.some(isPattern)) return ok({ folders: repo.projects, missing: [] });
  const present = await source.list(ROOT);
  return present.map((entries) => projectFolders(repo, projectNames(entries)));
}

/** Where a path of the repo lies at the source: a flat repo's lies below its one project folder. */
function sourcePathOf(repo: Repo): (path: RelativePath) => RelativePath {
  const project = repo.layout === 'flat' ? ((repo.projects[0] ?? '') as RelativePath) : ROOT;
  return (path) => joinPath(project, path);
}

async function scanFolder(
  { source, filter, signal }: ScanSourceOptions,
  folder: RelativePath,
  add: (entry: ScanEntry) => void,
): Answer<void> {
  const skip = (path: RelativePath, isFolder: boolean): boolean =>
    isFolder ? !filter.enters(path) : !filter.keeps(path);
  for await (const batch of source.scan(folder, { skip, ...(signal && { signal }) })) {
    if (batch.isErr()) return err(batch.error);
    for (const entry of batch.value) add(entry);
  }
  return signal?.aborted === true
    ? err(keepError('aborted', 'scan', `scanning ${source.name} was interrupted`))
    : ok(undefined);
}

import { META, TARGET_FILE } from '@sessionkeep/transfer';
import { readdirSync, type Dirent } from 'node:fs';
import { basename, join } from 'node:path';

/** An archive that lies somewhere already: one of ours, or one that rsync made in the same layout. */
export interface FoundArchive {
  readonly path: string;
  /** The sources that it has folders of. */
  readonly sources: readonly string[];
  readonly repos: number;
}

/** How many folders are looked into. */
const FOLDERS = 200;

/** The archives that a folder is or directly holds. What cannot be read is passed over. */
export function findArchives(folder: string): FoundArchive[] {
  const here = archiveAt(folder);
  if (here !== null) return [here];
  return foldersIn(folder)
    .slice(0, FOLDERS)
    .flatMap((name) => archiveAt(join(folder, name)) ?? []);
}

function archiveAt(path: string): FoundArchive | null {
  const folders = foldersIn(path);
  const sources = folders.filter((name) => name.startsWith('source-'));
  const repos = sources.flatMap((source) =>
    foldersIn(join(path, source)).filter((name) => name.startsWith('repo-')),
  );
  const ours = folders.includes(META) && namesIn(join(path, META)).includes(basename(TARGET_FILE));
  if (!ours && repos.length === 0) return null;
  return { path, sources: sources.map((name) => name.slice('source-'.length)), repos: repos.length };
}

function foldersIn(path: string): string[] {
  return entriesIn(path)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function namesIn(path: string): string[] {
  return entriesIn(path).map(({ name }) => name);
}

function entriesIn(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

import {
  extraOfRepo,
  firstSegment,
  insideProject,
  joinPath,
  keepError,
  ROOT,
  sessionOf,
  type Answer,
  type Binding,
  type FileAsOf,
  type RelativePath,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import { listFiles } from '../history/list-files.js';

/** Which files of an archive. */
export interface RestoreSelection {
  readonly places: readonly Place[];
  /** A session's id, or the beginning of it. */
  readonly session?: string;
  /** ISO 8601 UTC with milliseconds; without it the latest. */
  readonly at?: string;
  /** Only what the source still had at that moment. */
  readonly present?: boolean;
}

/** A file to be restored, and where its bytes lie. */
export interface Chosen extends FileAsOf {
  readonly place: Place;
  /** The project folder it is restored into; of an extra, the folder beside those, or the root for a file that lies there. */
  readonly folder: RelativePath;
  /** Its path below that folder. */
  readonly inside: RelativePath;
}

export interface Choice {
  readonly files: readonly Chosen[];
  /** Sessions that lie in another project folder too, where they lived last. */
  readonly elsewhere: readonly Chosen[];
  /** Damage of the ledgers that were read. */
  readonly alarms: readonly string[];
}

/** Reads the ledgers and picks every file of the moment. A session that lies in two folders is taken where it last lived. */
export async function chooseFiles(archive: Archive, selection: RestoreSelection): Answer<Choice> {
  const files: Chosen[] = [];
  const alarms: string[] = [];
  for (const place of selection.places) {
    const read = await filesOf(archive, place, selection);
    if (read.isErr()) return err(read.error);
    files.push(...read.value.files);
    alarms.push(...read.value.alarms.map((alarm) => `${place.source}/${place.repo}: ${alarm}`));
  }
  return ok({ ...homes(files), alarms });
}

async function filesOf(
  archive: Archive,
  place: Place,
  { at, present = false, session }: RestoreSelection,
): Answer<{ files: Chosen[]; alarms: readonly string[] }> {
  const listing = await listFiles({
    archive,
    place,
    present,
    ...(at !== undefined && { at }),
    ...(session !== undefined && { files: { session } }),
  });
  return listing.map(({ files, binding, alarms, later }) => ({
    files: [...files].flatMap((file) => {
      const { path } = file.record;
      const inside = insideProject(path, binding?.layout ?? 'folders');
      if (inside === null) return [];
      return [{ ...file, place, folder: folderOf(place, binding, path, inside), inside }];
    }),
    alarms: later === null ? alarms : [...alarms, later.message],
  }));
}

/** The folder that a file is restored into. */
function folderOf(
  { repo }: Place,
  binding: Binding | null,
  path: RelativePath,
  inside: RelativePath,
): RelativePath {
  const extra = extraOfRepo(repo);
  // The one file lies where the folders of the others do.
  if (extra !== null) return inside === extra.file ? ROOT : (extra.name as RelativePath);
  return (binding?.layout === 'flat' ? projectFolder(binding.projects) : firstSegment(path)) as RelativePath;
}

/** A ledger is untrusted: a project folder is one plain name, or it is not used. */
function projectFolder(projects: readonly string[]): string {
  const [name = ''] = projects;
  return name === '' || /[/\0]/.test(name) || name === '.' || name === '..' ? 'restored' : name;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Home {
  readonly folder: string;
  gone: boolean;
  since: string;
  mtime: bigint;
}

/** `claude --resume` finds a session in one project folder only, so each is restored into one. */
function homes(files: readonly Chosen[]): Pick<Choice, 'files' | 'elsewhere'> {
  const bySession = new Map<string, Map<string, Home>>();
  for (const file of files) {
    const session = sessionOf(file.inside);
    if (!UUID.test(session) || isExtra(file)) continue;
    const folders = bySession.get(session) ?? new Map<string, Home>();
    bySession.set(session, folders);
    addTo(folders, file);
  }
  const lived = new Map<string, string>();
  for (const [session, folders] of bySession) {
    if (folders.size > 1) lived.set(session, [...folders.values()].reduce(later).folder);
  }
  const elsewhere: Chosen[] = [];
  const chosen = files.filter((file) => {
    const folder = lived.get(sessionOf(file.inside));
    if (folder === undefined || folder === file.folder || isExtra(file)) return true;
    elsewhere.push(file);
    return false;
  });
  return { files: chosen, elsewhere };
}

/** What lies beside the project folders is no other home of a session, though named after it. */
function isExtra({ place }: Chosen): boolean {
  return extraOfRepo(place.repo) !== null;
}

function addTo(folders: Map<string, Home>, { folder, record, since }: Chosen): void {
  const home = folders.get(folder);
  if (home === undefined) {
    folders.set(folder, { folder, gone: record.gone, since, mtime: record.mtime });
    return;
  }
  home.gone &&= record.gone;
  if (since > home.since) home.since = since;
  if (record.mtime > home.mtime) home.mtime = record.mtime;
}

/** Where the source still had it beats where it was deleted; then what was written last. */
function later(a: Home, b: Home): Home {
  if (a.gone !== b.gone) return a.gone ? b : a;
  if (a.since !== b.since) return a.since > b.since ? a : b;
  return a.mtime >= b.mtime ? a : b;
}

/** The one folder that all files go to, for `--as`; an error when there are several. */
export function onlyFolder(files: readonly Chosen[]): Answer<RelativePath | null> {
  const folders = [...new Set(files.map((file) => file.folder))];
  if (folders.length <= 1) return Promise.resolve(ok(folders[0] ?? null));
  const hint = 'choose one with --repo or --session';
  const text = `--as renames one project folder, and these files lie in ${folders.length.toString()}`;
  return Promise.resolve(err(keepError('usage', 'restore', text, { hint })));
}

/** Where a chosen file goes, below the folder restored into. */
export function destination({ folder, inside }: Chosen, as: RelativePath | undefined): RelativePath {
  return joinPath(as ?? folder, inside);
}

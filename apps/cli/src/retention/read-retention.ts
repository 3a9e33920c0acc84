import {
  DEFAULT_RETENTION,
  parseRetention,
  parsePath,
  UNCLEAR_RETENTION,
  type Answer,
  type Retention,
  type Transport,
} from '@sessionkeep/core';
import { readSmallFile } from '@sessionkeep/transfer';
import { ok } from 'neverthrow';
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  besideLocation,
  hasExtrasBeside,
  locationText,
  openLocation,
  type Location,
  type OpenLocationOptions,
} from '@sessionkeep/runner';

/** How long Claude Code keeps the sessions of a source. */
export interface SourceRetention extends Retention {
  /** The file that says so, or where it would be said. */
  readonly file: string;
}

/** Far more than anybody writes, in bytes. */
const LARGEST = 1024 * 1024;
const SETTINGS = 'settings.json';
const MANAGED = 'managed-settings.json';

/**
 * Reads what the settings of Claude Code say that writes a source: those of its user, which lie beside the projects folder, and before
 * them those of whoever manages the machine. Null for a folder that is no projects folder: nobody cleans up there.
 */
export async function readRetention(
  location: Location,
  options: OpenLocationOptions,
  managedIn: string = managedFolder(process.platform),
): Promise<SourceRetention | null> {
  if (!hasExtrasBeside(location)) return null;
  const managed = await readSettings(managedLocation(location, managedIn), MANAGED, options);
  if (managed !== null && managed.from !== 'default') return managed;
  const beside = besideLocation(location, '');
  const own = await readSettings(beside, SETTINGS, options);
  return own ?? { ...DEFAULT_RETENTION, file: `${locationText(beside).replace(/\/$/, '')}/${SETTINGS}` };
}

function managedFolder(platform: NodeJS.Platform): string {
  return platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';
}

/** Where a machine's administrator writes; null for a share, on which no Claude Code runs. */
function managedLocation(location: Location, local: string): Location | null {
  if (location.type === 'smb') return null;
  if (location.type === 'local') return { type: 'local', path: local };
  return { ...location, address: { ...location.address, path: managedFolder('linux') } };
}

/** Null where there is no such file. */
async function readSettings(
  folder: Location | null,
  name: string,
  options: OpenLocationOptions,
): Promise<SourceRetention | null> {
  if (folder === null) return null;
  const file = `${locationText(folder).replace(/\/$/, '')}/${name}`;
  const text =
    folder.type === 'local'
      ? await readLocal(join(folder.path, name), options)
      : await readIn(folder, name, options);
  return text.match(
    (found) => ({ ...parseRetention(found), file }),
    ({ kind }) => (kind === 'not-found' ? null : { ...UNCLEAR_RETENTION, file }),
  );
}

/** Settings are often a link to where somebody keeps theirs. */
function readLocal(path: string, options: OpenLocationOptions): Answer<string> {
  const real = realPath(path);
  return readIn({ type: 'local', path: dirname(real) }, basename(real), options);
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

async function readIn(folder: Location, name: string, options: OpenLocationOptions): Answer<string> {
  const opened = await openLocation(folder, options);
  if (opened.isErr()) return opened.map(() => '');
  const read = await readText(opened.value, name);
  await opened.value.close();
  return read;
}

async function readText(transport: Transport, name: string): Answer<string> {
  const path = parsePath(name);
  if (path.isErr()) return path.map(() => '');
  const bytes = await readSmallFile(transport, path.value, LARGEST);
  return bytes.andThen((found) => ok(new TextDecoder().decode(found)));
}

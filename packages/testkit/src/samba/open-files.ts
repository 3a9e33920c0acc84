import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programPath } from './programs.js';

/** A file or folder that a client holds open. */
export interface OpenFile {
  /** The share's folder on the disk. */
  readonly folder: string;
  /** Path below it; `.` is the folder itself. */
  readonly path: string;
  /** How many handles are open on it. */
  readonly handles: number;
}

/** As `smbstatus --json` writes it; only what is read here. */
interface Status {
  readonly open_files?: Readonly<Record<string, StatusFile>>;
}

interface StatusFile {
  readonly service_path: string;
  readonly filename: string;
  readonly opens: Readonly<Record<string, unknown>>;
}

/** What is open on the server with that smb.conf. */
export async function openFilesOf(conf: string): Promise<readonly OpenFile[]> {
  const { stdout } = await promisify(execFile)(programPath('smbstatus'), [`--configfile=${conf}`, '--json'], {
    maxBuffer: 2 ** 28,
    timeout: 30_000,
  });
  const { open_files: files = {} } = JSON.parse(stdout) as Status;
  return Object.values(files).map(({ service_path: folder, filename: path, opens }) => ({
    folder,
    path,
    handles: Object.keys(opens).length,
  }));
}

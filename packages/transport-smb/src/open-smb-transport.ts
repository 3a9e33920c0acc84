import { err, type Result } from 'neverthrow';
import {
  digestReads,
  smbOrigin,
  type KeepError,
  type Sha256,
  type Traits,
  type Transport,
} from '@sessionkeep/core';
import { appendFile } from './append-file.js';
import { createFile } from './create-file.js';
import { smbFailure } from './failure.js';
import { flushFolders } from './flush-folders.js';
import { breakLease } from './lease/break-lease.js';
import { takeLease } from './lease/take-lease.js';
import { listFolder } from './list-folder.js';
import { nodeSha256 } from './node-sha256.js';
import { Place } from './place.js';
import { probeByLooking } from './probe/probe-by-looking.js';
import { probeByWriting } from './probe/probe-by-writing.js';
import { publishFile } from './publish-file.js';
import { readRanges } from './read-ranges.js';
import { removePath } from './remove-path.js';
import { renamePath } from './rename-path.js';
import { scanFolder } from './scan-folder.js';
import { Sessions } from './sessions.js';
import { setModifiedTime } from './set-modified-time.js';
import { addressOf, connectOptions, type SmbOptions } from './smb-options.js';
import { statPath } from './stat-path.js';

const TRAITS: Traits = { digestsInPlace: false, publishLimit: 1024 * 1024, lanes: 16 };

/**
 * Opens a folder of an SMB share as a {@link Transport}, for reading and writing. Connects and signs in at once. The folder need
 * not exist yet: the first write makes it. A connection that is lost later is made again by the next call; what was under way
 * fails with `retry`, so that `withRetry` repeats it.
 *
 * - One file is one name: names are handed in as the share can hold them, which `probe` asks for (`maps`).
 * - Written data is durable when it is answered; names are after `flush`, where the server can flush a folder: Samba does.
 * - A lease is a handle on the server, who ends it with the connection: `breakLease` ends none, and says who holds it.
 * - The server follows links inside the share by itself, and they look like what they lead to. Those it leaves to its clients
 *   are refused.
 *
 * @example
 * const url = 'smb://me@nas.local/secure/claude-sessions';
 * const opened = await openSmbTransport({ url, password: process.env['SMB_PASSWORD'] ?? '' });
 */
export async function openSmbTransport(options: SmbOptions): Promise<Result<Transport, KeepError>> {
  const where = addressOf(options);
  if (where.isErr()) return err(where.error);
  const { share, folder } = where.value;
  const sessions = new Sessions(connectOptions(where.value, options), share);
  // Without the user: what is remembered of a target by its name holds whoever signs in.
  const place = new Place(smbOrigin(where.value).replace(/^smb:/, 'smb://'), folder, sessions);
  const { signal } = options;
  const connected = await sessions.share(signal === undefined ? {} : { signal });
  return connected
    .mapErr((error) => smbFailure(place.attempt('open', ''), error))
    .map(() => smbTransport(place, sessions, options.sha256 ?? nodeSha256));
}

function smbTransport(place: Place, sessions: Sessions, sha256: Sha256): Transport {
  return {
    name: place.name,
    traits: TRAITS,
    probe: (folder, mode) =>
      mode === 'look' ? probeByLooking(place, folder) : probeByWriting(place, folder),
    scan: (folder, options) => scanFolder(place, folder, options),
    list: (folder) => listFolder(place, folder),
    stat: (path) => statPath(place, path),
    read: (ranges, options) => readRanges(place, ranges, options),
    digest: (ranges, options) => digestReads(readRanges(place, ranges, options), sha256),
    create: (path, bytes, length, options) => createFile(place, path, bytes, length, options),
    append: (path, offset, bytes, length, options) => appendFile(place, path, offset, bytes, length, options),
    publish: (file) => publishFile(place, file),
    rename: (from, to) => renamePath(place, from, to),
    remove: (path) => removePath(place, path),
    setModifiedTime: (path, mtime) => setModifiedTime(place, path, mtime),
    flush: (folders) => flushFolders(place, folders),
    lease: (folder, holder) => takeLease(place, folder, holder),
    breakLease: (folder) => breakLease(place, folder),
    // The server ends what is open, leases too.
    close: () => sessions.close(),
  };
}

import { err, type Result } from 'neverthrow';
import {
  keepError,
  type Answer,
  type KeepError,
  type RelativePath,
  type Sha256,
  type Traits,
  type Transport,
} from '@sessionkeep/core';
import type { EncryptionPolicy, Secret, SigningPolicy, SmbTimeouts, SmbVersion } from '@sessionkeep/smb2';
import { appendFile } from './append-file.js';
import { createFile } from './create-file.js';
import { digestRanges } from './digest-ranges.js';
import { flushFolders } from './flush-folders.js';
import type { HeldLease } from './lease/held-lease.js';
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
import { checkPlace, parseSmbUrl, placeName, SMB_PORT, type SmbPlace } from './smb-place.js';
import { statPath } from './stat-path.js';

/** Where {@link openSmbTransport} goes: a URL, or its parts. */
export type SmbWhere =
  | { readonly url: string }
  | (Pick<SmbPlace, 'host' | 'share' | 'user'> & {
      readonly port?: number;
      readonly folder?: string;
      readonly domain?: string;
    });

/** How {@link openSmbTransport} gets in. */
export interface SmbAccess {
  /** A string, or a `Secret` of `@sessionkeep/smb2` made where it came from. */
  readonly password: string | Secret;
  /** `required` unless told otherwise. */
  readonly signing?: SigningPolicy;
  /** `if-offered` unless told otherwise. */
  readonly encryption?: EncryptionPolicy;
  /** Versions of SMB that are offered; all from 2.1 to 3.1.1 unless told otherwise. */
  readonly versions?: readonly SmbVersion[];
  /** False for servers that cannot take several steps in one message; costs a round trip a step. */
  readonly compounds?: boolean;
  readonly timeouts?: SmbTimeouts;
  /** Node's own when not given. */
  readonly sha256?: Sha256;
}

/** What {@link openSmbTransport} is told. */
export type SmbOptions = SmbWhere & SmbAccess;

const TRAITS: Traits = { digestsInPlace: false, publishLimit: 1024 * 1024, lanes: 16 };

/**
 * Opens a folder of an SMB share as a {@link Transport}, for reading and writing. Connects and signs in at once. The folder need
 * not exist yet: the first write makes it. A connection that is lost later is made again by the next call; what was under way
 * fails with `retry`, so that `withRetry` repeats it.
 *
 * - One file is one name: names are handed in as the share can hold them, which `probe` asks for (`maps`).
 * - Written data is durable when it is answered; names are after `flush`, where the server can flush a folder: Samba does.
 * - A lease is a handle on the server, who ends it with the connection; `breakLease` is `unsupported`.
 * - The server follows links inside the share by itself, and they look like what they lead to. Those it leaves to its clients
 *   are refused.
 *
 * @example
 * const opened = await openSmbTransport({ url: 'smb://me@nas.local/secure/claude-sessions', password });
 */
export async function openSmbTransport(options: SmbOptions): Promise<Result<Transport, KeepError>> {
  const where = placeOf(options);
  if (where.isErr()) return err(where.error);
  const { host, port, share, folder, user, domain } = where.value;
  const { password, signing, encryption = 'if-offered', versions, compounds, timeouts } = options;
  const sessions = new Sessions(
    {
      host,
      port,
      user,
      domain,
      password,
      encryption,
      ...(signing === undefined ? {} : { signing }),
      ...(versions === undefined ? {} : { versions }),
      ...(compounds === undefined ? {} : { compounds }),
      ...(timeouts === undefined ? {} : { timeouts }),
    },
    share,
  );
  const place = new Place(placeName(where.value), folder, sessions);
  const connected = await place.share(place.attempt('open', ''));
  return connected.map(() => smbTransport(place, sessions, options.sha256 ?? nodeSha256));
}

function placeOf(where: SmbWhere): Result<SmbPlace, KeepError> {
  if ('url' in where) return parseSmbUrl(where.url);
  const { host, share, user, port = SMB_PORT, folder = '', domain = '' } = where;
  return checkPlace({ host, port, share, folder: folder as RelativePath, user, domain });
}

function smbTransport(place: Place, sessions: Sessions, sha256: Sha256): Transport {
  const leases = new Set<HeldLease>();
  return {
    name: place.name,
    traits: TRAITS,
    probe: (folder, mode) =>
      mode === 'look' ? probeByLooking(place, folder) : probeByWriting(place, folder),
    scan: (folder, options) => scanFolder(place, folder, options),
    list: (folder) => listFolder(place, folder),
    stat: (path) => statPath(place, path),
    read: (ranges, options) => readRanges(place, ranges, options),
    digest: (ranges, options) => digestRanges(place, sha256, ranges, options),
    create: (path, bytes, length, options) => createFile(place, path, bytes, length, options),
    append: (path, offset, bytes, length, options) => appendFile(place, path, offset, bytes, length, options),
    publish: (file) => publishFile(place, file),
    rename: (from, to) => renamePath(place, from, to),
    remove: (path) => removePath(place, path),
    setModifiedTime: (path, mtime) => setModifiedTime(place, path, mtime),
    flush: (folders) => flushFolders(place, folders),
    lease: async (folder, holder) => {
      const taken = await takeLease(place, folder, holder, (lease) => leases.delete(lease));
      return taken.map((lease) => {
        leases.add(lease);
        return lease;
      });
    },
    breakLease: (folder) => noBreaking(place, folder),
    close: async () => {
      for (const lease of leases) (await lease.release()).unwrapOr(undefined);
      await sessions.close();
    },
  };
}

function noBreaking(place: Place, folder: RelativePath): Answer<null> {
  const { transport, path } = place.attempt('unlock', folder);
  return Promise.resolve(
    err(
      keepError('unsupported', 'unlock', `could not unlock ${place.name}: its server alone ends a lock`, {
        transport,
        path,
        hint: 'it does so when the connection of the run that holds it ends; end that run, or its session on the server',
      }),
    ),
  );
}

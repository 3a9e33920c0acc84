import {
  formatSmbUrl,
  keepError,
  parseSmbUrl,
  SMB_PORT,
  type KeepError,
  type RelativePath,
  type Sha256,
  type SmbAddress,
} from '@sessionkeep/core';
import type {
  ConnectOptions,
  EncryptionPolicy,
  Secret,
  SigningPolicy,
  SmbTimeouts,
  SmbVersion,
} from '@sessionkeep/smb2';
import { err, ok, type Result } from 'neverthrow';
import { canBeAsked } from './share-names.js';

/** Where it goes: a URL, or its parts. */
export type SmbWhere =
  | { readonly url: string }
  | (Pick<SmbAddress, 'host' | 'share' | 'user'> & {
      readonly port?: number;
      readonly folder?: string;
      readonly domain?: string;
    });

/** How it gets in. */
export interface SmbAccess {
  /** A string, or a `Secret` of `@sessionkeep/smb2` made where it came from. */
  readonly password: string | Secret;
  /** Goes on where the server takes the user for a guest, who can neither sign nor encrypt. False unless told otherwise. */
  readonly allowGuest?: boolean;
  /** `required` unless told otherwise. */
  readonly signing?: SigningPolicy;
  /** `if-offered` unless told otherwise. */
  readonly encryption?: EncryptionPolicy;
  /** Versions of SMB that are offered; all from 2.1 to 3.1.1 unless told otherwise. */
  readonly versions?: readonly SmbVersion[];
  /** False for servers that cannot take several steps in one message; costs a round trip a step. */
  readonly compounds?: boolean;
  readonly timeouts?: SmbTimeouts;
  /** Ends the opening with the error `aborted`; what was opened takes a signal with each call. */
  readonly signal?: AbortSignal;
  /** Node's own when not given. */
  readonly sha256?: Sha256;
}

/** Which folder of which share, and how to get in. */
export type SmbOptions = SmbWhere & SmbAccess;

/** The address of a place that can be: `usage` where it cannot. */
export function addressOf(where: SmbWhere): Result<SmbAddress, KeepError> {
  return writtenAddress(where).andThen((address) => {
    if ([address.share, ...address.folder.split('/')].every(canBeAsked)) return ok(address);
    const text = `could not open ${formatSmbUrl(address)}: a name in it cannot be on a share`;
    return err(
      keepError('usage', 'open', text, { hint: 'leave " * : < > ? | and dots or blanks at an end out' }),
    );
  });
}

function writtenAddress(where: SmbWhere): Result<SmbAddress, KeepError> {
  if ('url' in where) return parseSmbUrl(where.url);
  const { host, share, user, port = SMB_PORT, folder = '', domain = '' } = where;
  // What is in its URL, and no more, can be there.
  return parseSmbUrl(formatSmbUrl({ host, port, share, user, domain, folder: folder as RelativePath }));
}

/** The same for the SMB client. */
export function connectOptions(
  { host, port, user, domain }: SmbAddress,
  { password, allowGuest, signing, encryption = 'if-offered', versions, compounds, timeouts }: SmbAccess,
): ConnectOptions & { readonly port: number } {
  return {
    host,
    port,
    user,
    domain,
    password,
    encryption,
    ...(allowGuest === undefined ? {} : { allowGuest }),
    ...(signing === undefined ? {} : { signing }),
    ...(versions === undefined ? {} : { versions }),
    ...(compounds === undefined ? {} : { compounds }),
    ...(timeouts === undefined ? {} : { timeouts }),
  };
}

import { err, type Result } from 'neverthrow';
import { keepError, parsePath, printable, ROOT, type KeepError, type RelativePath } from '@sessionkeep/core';

/** A folder of a share, and who goes there: everything but the password. */
export interface SmbPlace {
  readonly host: string;
  /** 445 unless said otherwise. */
  readonly port: number;
  readonly share: string;
  /** The folder that all paths are relative to; empty for the share's own. */
  readonly folder: RelativePath;
  readonly user: string;
  /** Empty where the server decides. */
  readonly domain: string;
}

export const SMB_PORT = 445;

const FORM = 'smb://[domain;]user@host[:port]/share/folder';
const URL_PARTS = /^smb:\/\/(?:([^/]*)@)?(\[[^\]/]+\]|[^:/@[\]]+)(?::(\d{1,5}))?\/([^/]+)(?:\/(.*))?$/i;

/**
 * Reads `smb://[domain;]user@host[:port]/share/folder`; what has a meaning of its own in a URL is percent-encoded. A password
 * in it is refused: URLs end up in histories, process lists and logs.
 *
 * `usage` errors only, which never show a password.
 *
 * @example
 * parseSmbUrl('smb://me@nas.local/secure/claude-sessions');
 */
export function parseSmbUrl(url: string): Result<SmbPlace, KeepError> {
  const [whole, sign = '', host = '', port = String(SMB_PORT), share = '', folder = ''] =
    URL_PARTS.exec(url) ?? [];
  if (sign.includes(':')) {
    const hint = 'give it by an environment variable, a file or a command';
    return err(usage('an smb URL must hold no password, since it is shown in logs and process lists', hint));
  }
  const shown = printable(url.replace(/^([^/]*\/\/)[^/]*:[^/]*@/, '$1…@'));
  const problem = (what: string): KeepError => usage(`the URL "${shown}" ${what}`, `write ${FORM}`);
  if (whole === undefined) return err(problem('names no share as such URLs do'));
  const semicolon = sign.indexOf(';');
  const parts = [host, share, folder, sign.slice(0, Math.max(0, semicolon)), sign.slice(semicolon + 1)].map(
    decode,
  );
  const [hostName, shareName, folderPath, domain, user] = parts;
  if (hostName == null || shareName == null || folderPath == null || domain == null || user == null) {
    return err(problem('holds a % that begins no character'));
  }
  if (Number(port) < 1 || Number(port) > 65_535) return err(problem('has a port that cannot be'));
  return checkPlace({
    host: hostName.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port),
    share: shareName,
    folder: folderPath.replace(/\/+$/, '') as RelativePath,
    user,
    domain,
  });
}

/** Sees that a place, also one that was not read from a URL, names a user, a share and a folder that can be. */
export function checkPlace(place: SmbPlace): Result<SmbPlace, KeepError> {
  const { host, user, share, folder } = place;
  if (host === '') return err(usage('no host is named', `write ${FORM}`));
  if (user === '') return err(usage(`no user is named for ${placeName(place)}`, `write ${FORM}`));
  if (share === '' || /[\\/]/.test(share)) {
    return err(usage(`"${printable(share)}" is no name of a share`, `write ${FORM}`));
  }
  return parsePath(folder)
    .map(() => place)
    .mapErr(({ message }) => usage(message));
}

/** How messages call a place: its URL, without secrets. */
export function placeName({ host, port, share, folder, user, domain }: SmbPlace): string {
  const who = `${domain === '' ? '' : `${encode(domain)};`}${encode(user)}`;
  const where = `${host.includes(':') ? `[${host}]` : host}${port === SMB_PORT ? '' : `:${port}`}`;
  return `smb://${who}@${where}/${encode(share)}${folder === ROOT ? '' : `/${folder}`}`;
}

/**
 * Says which share and folder a source is, the same whoever signs in: `smb:nas.local/secure/sessions`. A ledger is bound to it, so that
 * two sources of one name cannot mix.
 */
export function smbOrigin({ host, port, share, folder }: SmbPlace): string {
  const at = port === SMB_PORT ? '' : `:${port}`;
  return `smb:${host.toLowerCase()}${at}/${share.toLowerCase()}${folder === ROOT ? '' : `/${folder}`}`;
}

function usage(message: string, hint?: string): KeepError {
  return keepError('usage', 'open', message, hint === undefined ? {} : { hint });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** What would end its part of the URL is encoded; letters of any language are not. */
function encode(text: string): string {
  return printable(text.replace(/[%/:;@?#[\]\\ ]/g, encodeURIComponent));
}

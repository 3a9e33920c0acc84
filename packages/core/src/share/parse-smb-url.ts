import { err, ok, Result } from 'neverthrow';
import { keepError, type KeepError } from '../error/keep-error.js';
import { segmentProblem, type RelativePath } from '../path/relative-path.js';
import { isHost } from './host.js';
import { SMB_PORT, type SmbAddress } from './smb-address.js';

/**
 * Reads `smb://[domain;]user@host[:port]/share[/folder…]`; parts may be percent-encoded. A password in it is refused. No
 * error repeats what was written, since a password may be in it in a way that cannot be told.
 *
 * @example
 * parseSmbUrl('smb://anna@nas.local/secure/claude-sessions'); // ok
 * parseSmbUrl('smb://anna:geheim@nas.local/secure'); // err: the URL has a password in it
 */
export function parseSmbUrl(text: string): Result<SmbAddress, KeepError> {
  const [, rest] = /^smb:\/\/(.*)$/isu.exec(text) ?? [];
  if (rest === undefined) return err(wrong('does not begin with smb://', FORM));
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const written = at < 0 ? '' : authority.slice(0, at);
  // A password may have any character, a slash too: then it reaches into what looks like the path.
  if (written.includes(':') || /^[^/@[]*:.*@/su.test(rest))
    return err(wrong('has a password in it', NO_PASSWORD));
  const who = readUser(written);
  const where = readHost(authority.slice(at + 1));
  const path = readPath(slash < 0 ? '' : rest.slice(slash));
  return where.andThen((host) =>
    who.andThen((user) => path.map((names) => ({ ...user, ...host, ...names }))),
  );
}

const FORM = 'write smb://USER@HOST/SHARE/FOLDER';
const NO_PASSWORD =
  'command lines, process lists and logs show it: leave it out, and give it by password: in the configuration, SESSIONKEEP_SMB_PASSWORD or --password-file';

function readUser(text: string): Result<Pick<SmbAddress, 'domain' | 'user'>, KeepError> {
  if (text === '')
    return err(wrong('names no user', `${FORM}; as a guest, without a password: smb://guest@HOST/…`));
  const parts = text.split(';');
  if (parts.length > 2) return err(wrong('names several domains', `${FORM}, or smb://DOMAIN;USER@…`));
  return Result.combine(parts.map(decode)).andThen((decoded) => {
    const [domain, user] = decoded.length > 1 ? decoded : ['', ...decoded];
    if (domain === undefined || user === undefined || user === '' || (parts.length > 1 && domain === ''))
      return err(wrong('has an empty user or domain', FORM));
    if (/[\p{Cc}\\/:;]/u.test(domain + user))
      return err(wrong('has a user that cannot be one', 'of a user of a domain write smb://DOMAIN;USER@…'));
    return ok({ domain, user });
  });
}

function readHost(text: string): Result<Pick<SmbAddress, 'host' | 'port'>, KeepError> {
  const [, bracketed, bare, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/su.exec(text) ?? [];
  const written = bracketed ?? bare;
  if (written === undefined)
    return err(
      wrong('has no host and port that can be read', 'write HOST, HOST:445, or an IPv6 address as [fe80::1]'),
    );
  if (written === '') return err(wrong('names no host', FORM));
  const port = digits === undefined ? SMB_PORT : Number(digits);
  if (port < 1 || port > 65535) return err(wrong('has no port from 1 to 65535', 'leave it out for 445'));
  return decode(written).andThen((host) =>
    isHost(host) && host.includes(':') === (bracketed !== undefined)
      ? ok({ host: host.toLowerCase(), port })
      : err(wrong('has a host that is none', 'write a name, an IPv4 address, or an IPv6 one as [fe80::1]')),
  );
}

function readPath(text: string): Result<Pick<SmbAddress, 'share' | 'folder'>, KeepError> {
  if (/[?#]/.test(text)) return err(wrong('has a "?" or "#" in it', 'in names write %3F and %23'));
  const names = text.split('/').filter((name) => name !== '');
  return Result.combine(names.map(decode)).andThen(([share, ...folders]) => {
    if (share === undefined) return err(wrong('names no share', FORM));
    const problem = [share, ...folders]
      .map((name) => segmentProblem(name) ?? (name.includes('\\') ? 'a backslash in a name' : null))
      .find((found) => found !== null);
    if (problem !== undefined) return err(wrong(`has ${problem}`, FORM));
    return ok({ share, folder: folders.join('/') as RelativePath });
  });
}

function decode(text: string): Result<string, KeepError> {
  return Result.fromThrowable(decodeURIComponent, () =>
    wrong('has a "%" that encodes nothing', 'write % as %25'),
  )(text);
}

function wrong(problem: string, hint: string): KeepError {
  return keepError('usage', 'read URL', `the URL ${problem}`, { hint });
}

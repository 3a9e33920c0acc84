import { encodePart } from '../text/encode-part.js';
import { SMB_PORT, type SmbAddress } from './smb-address.js';

/**
 * The URL of an address, as `parseSmbUrl` reads it back. What a URL or a shell would take for something else is
 * percent-encoded; letters of every script stay readable.
 *
 * @example
 * parseSmbUrl('SMB://anna@NAS.local:445/secure//claude-sessions').map(formatSmbUrl); // ok('smb://anna@nas.local/secure/claude-sessions')
 */
export function formatSmbUrl(address: SmbAddress): string {
  const { domain, user } = address;
  return `smb://${domain === '' ? '' : `${encodePart(domain)};`}${encodePart(user)}@${place(address)}`;
}

/** The same for everybody who asks for it: without the user. The host's and the share's letters are small, since case means nothing there. */
export function smbOrigin(address: SmbAddress): string {
  return `smb:${place({ ...address, share: address.share.toLowerCase() })}`;
}

function place({ host, port, share, folder }: SmbAddress): string {
  const name = host.includes(':') ? `[${host.replace('%', '%25')}]` : host;
  const where = port === SMB_PORT ? name : `${name}:${port.toString()}`;
  const path = folder === '' ? [share] : [share, ...folder.split('/')];
  return [where, ...path.map(encodePart)].join('/');
}

import type { RelativePath } from '../path/relative-path.js';

/** Where a folder lies on an SMB share, and who asks for it. Holds no password. */
export interface SmbAddress {
  /** Domain or machine that knows the user; empty for the server's own users. */
  readonly domain: string;
  readonly user: string;
  /** A name or an IP address in small letters; an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
  readonly share: string;
  /** The folder in the share; `ROOT` for the share itself. */
  readonly folder: RelativePath;
}

/** The port of SMB over TCP. */
export const SMB_PORT = 445;

/** True for the user that stands for nobody in particular, and signs in without a password. */
export function isGuest({ user }: SmbAddress): boolean {
  return user.toLowerCase() === 'guest';
}

/** Signed always, unless it is a guest who asks: guests have no key to sign with. */
export function usualSigning(address: SmbAddress): 'required' | 'if-offered' {
  return isGuest(address) ? 'if-offered' : 'required';
}

/** True for what asks for a share, whether or not it is right: {@link parseSmbUrl} says that. */
export function isSmbUrl(text: string): boolean {
  return /^(?:smb|cifs):/i.test(text);
}

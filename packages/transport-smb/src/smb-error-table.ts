import { platform } from 'node:os';
import type { ErrorKind } from '@sessionkeep/core';
import type { SmbError, SmbErrorKind } from '@sessionkeep/smb2';

/** What the errors of the SMB client mean to a caller of the port: the only place that translates them. */
const KINDS: Readonly<Record<SmbErrorKind, ErrorKind>> = {
  'not-found': 'not-found',
  // Not `not-found`: an archive that is looked for on a share that is not there is no fresh archive.
  'no-share': 'unreachable',
  exists: 'exists',
  'not-empty': 'exists',
  'wrong-type': 'changed',
  denied: 'denied',
  'sign-in': 'denied',
  busy: 'io',
  full: 'full',
  'read-only': 'read-only',
  invalid: 'invalid',
  unsupported: 'unsupported',
  link: 'unsafe',
  closed: 'unreachable',
  unreachable: 'unreachable',
  timeout: 'timeout',
  aborted: 'aborted',
  // Both end the connection, and with it the run.
  insecure: 'unreachable',
  protocol: 'unreachable',
  io: 'io',
};

/** Codes of which the port knows more than their kind says (MS-ERREF 2.3.1). */
const BY_STATUS: ReadonlyMap<number, ErrorKind> = new Map([
  // NOT_A_DIRECTORY: a file stands on the way to what was asked for.
  [0xc0000103, 'not-found'],
]);

/** What an error of the SMB client is in the port's vocabulary. */
export function meaningOf({ kind, status }: SmbError): ErrorKind {
  return BY_STATUS.get(status?.code ?? 0) ?? KINDS[kind];
}

/** What to do about it, if there is something to do. */
export function hintOf(error: SmbError, system: string = platform()): string | undefined {
  return hintOfCode(codeOf(error.cause), system) ?? error.hint;
}

/** The same of a system's error where it means more than it says. */
export function hintOfCode(code: string, system: string = platform()): string | undefined {
  return system === 'darwin' && code === 'EHOSTUNREACH' ? LOCAL_NETWORK : undefined;
}

/** The same of a host's name that nobody knows. */
export function hintOfName(host: string, system: string = platform()): string | undefined {
  return system === 'darwin' && /\.local\.?$/i.test(host)
    ? `check the name; if other programs know it, ${LOCAL_NETWORK}`
    : undefined;
}

const LOCAL_NETWORK =
  'allow this program the local network: System Settings, Privacy & Security, Local Network; Terminal, ssh and daemons of root may always, a LaunchAgent is blocked without being asked';

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  const { code } = cause as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : '';
}

import { join } from 'node:path';
import type { SambaOptions, ShareOptions } from './samba-options.js';

/** The server's own folders below its home, each with the setting that names it. */
const HOMES: readonly (readonly [setting: string, folder: string])[] = [
  ['lock directory', 'lock'],
  ['state directory', 'state'],
  ['cache directory', 'cache'],
  ['pid directory', 'pid'],
  ['private dir', 'private'],
  ['ncalrpc dir', 'ncalrpc'],
];

export const CONF = 'smb.conf';
export const LOG = 'log.smbd';
export const SERVER_FOLDERS = HOMES.map(([, folder]) => folder);

/** An smb.conf for a server that lives in `home`, listens on loopback only and leaves the system's own Samba alone. */
export function smbConf(
  home: string,
  port: number,
  options: SambaOptions,
  folders: Readonly<Record<string, string>>,
): string {
  const sections = Object.entries(options.shares ?? {}).map(([name, share]) =>
    section(name, shareSettings(share, folders[name] ?? '')),
  );
  return [section('global', globalSettings(home, port, options)), ...sections].join('\n');
}

type Settings = Readonly<Record<string, string | undefined>>;

function globalSettings(home: string, port: number, options: SambaOptions): Settings {
  return {
    'server role': 'standalone server',
    interfaces: '127.0.0.1/8',
    'bind interfaces only': 'yes',
    'disable netbios': 'yes',
    'smb ports': String(port),
    ...Object.fromEntries(HOMES.map(([setting, folder]) => [setting, join(home, folder)])),
    'log file': join(home, LOG),
    'max log size': '0',
    'log level': String(options.logLevel ?? 1),
    'passdb backend': `tdbsam:${join(home, 'private/passdb.tdb')}`,
    'load printers': 'no',
    'printcap name': '/dev/null',
    'disable spoolss': 'yes',
    'server signing': options.signing,
    'server smb encrypt': options.encrypt,
    'server min protocol': options.minProtocol,
    'server max protocol': options.maxProtocol,
    ...options.settings,
  };
}

function shareSettings(share: ShareOptions, folder: string): Settings {
  return {
    path: folder,
    'read only': share.readOnly === true ? 'yes' : 'no',
    'server smb encrypt': share.encrypt,
    'case sensitive': share.caseSensitive,
    ...share.settings,
  };
}

function section(name: string, settings: Settings): string {
  const lines = Object.entries(settings).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${value}\n`],
  );
  return `[${name}]\n${lines.join('')}`;
}

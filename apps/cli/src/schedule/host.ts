import { accessSync, constants, readlinkSync, realpathSync } from 'node:fs';
import { platform, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Context } from '../context.js';

/** What a scheduler's files say of this machine, and of the program that they start. */
export interface Host {
  readonly isMac: boolean;
  readonly uid: number;
  readonly userName: string;
  /** The time zone that schedulers go by: the machine's, not that of a `TZ` in this environment. */
  readonly zone: string;
  /** Node, its flags, and this program: absolute paths that outlive an update where there are such. */
  readonly program: readonly [node: string, ...rest: string[]];
}

export function thisHost(): Host {
  const uid = process.getuid?.() ?? 0;
  return {
    isMac: platform() === 'darwin',
    uid,
    userName: userName() ?? uid.toString(),
    zone: machineZone(),
    program: [
      lastingNode(process.execPath),
      ...process.execArgv.filter(isOurs),
      lastingMain(process.argv[1] ?? ''),
    ],
  };
}

/** Null for a user whom the system does not know by name, as in some containers. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

/** How the program starts Node by itself; other flags are of one run. */
function isOurs(flag: string): boolean {
  return /^--(?:max-semi-space-size|heap-growing-percent)=/.test(flag);
}

function machineZone(): string {
  try {
    const [, zone] = /\/zoneinfo(?:\.default)?\/(.+)$/.exec(readlinkSync('/etc/localtime')) ?? [];
    if (zone !== undefined) return zone;
  } catch {
    // Some systems have a file there, and no name in it.
  }
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Package managers link the Node of the day there. */
const USUAL_BINS = ['/opt/homebrew/bin', '/usr/local/bin', '/home/linuxbrew/.linuxbrew/bin', '/usr/bin'];

/** The path of a running Node has its version in it where a package manager unpacks each into a folder of its own. */
function lastingNode(path: string): string {
  const links = USUAL_BINS.map((folder) => join(folder, 'node'));
  return links.find((link) => real(link) === real(path)) ?? path;
}

/** As it was called, mostly by a link; the links of fnm last as long as their shell. */
function lastingMain(path: string): string {
  return path.includes('/fnm_multishells/') ? (real(path) ?? path) : path;
}

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Whether the program lies where it is only for now. */
export function isFleeting({ program }: Host): boolean {
  return /\/_npx\/|\/dlx-/.test(program.at(-1) ?? '');
}

/** True where a program of this name is in the path. */
export function hasProgram(name: string, { env }: Context): boolean {
  return (env['PATH'] ?? '').split(':').some((folder) => {
    try {
      if (folder === '') return false;
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What a job finds in its `PATH`: little, where launchd sets it. */
export function jobPath({ program: [node] }: Host): string {
  const usual = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  return [...new Set([dirname(node), ...usual])].join(':');
}

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../samba/programs.js';

/**
 * The programs that a pod's image has: this machine's, or BusyBox's; with `only`, no others than these. The shell of a part of
 * BusyBox is this machine's, since BusyBox's own knows the rest by heart.
 */
export interface Userland {
  readonly kind: 'machine' | 'busybox';
  readonly only?: readonly string[];
  /** Shell scripts in place of programs, by name: an image that tells lies. They find this machine's own under `/usr/bin`. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** Why there is no BusyBox userland here; null when there is one. */
export function noBusyBox(): string | null {
  return findProgram('busybox') === null
    ? 'busybox is not installed (Debian: apt-get install busybox-static)'
    : null;
}

/** Where the programs of a started server lie. */
export interface Programs {
  /** What commands get as `PATH`. */
  readonly path: string;
  remove(): void;
}

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Lays the programs of a userland out in a folder of their own, where that is needed. */
export function layOut({ kind, only, instead = {} }: Userland): Programs {
  const scripts = Object.entries(instead);
  const isWhole = kind === 'machine' && only === undefined;
  if (isWhole && scripts.length === 0) return { path: SYSTEM_PATH, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'userland-'));
  chmodSync(folder, 0o755);
  const all = kind === 'busybox' ? appletsOf(only === undefined) : null;
  for (const name of only ?? all?.keys() ?? []) {
    if (name in instead) continue;
    const program = all === null ? findProgram(name) : all.get(name);
    if (typeof program === 'string') symlinkSync(program, join(folder, name));
  }
  for (const [name, script] of scripts)
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return {
    path: isWhole ? `${folder}:${SYSTEM_PATH}` : folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What BusyBox can do, by name, and which program does it. */
function appletsOf(whole: boolean): ReadonlyMap<string, string> {
  const busybox = findProgram('busybox');
  if (busybox === null) throw new Error(noBusyBox() ?? '');
  const shell = whole ? busybox : (findProgram('sh') ?? busybox);
  const names = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n');
  return new Map(names.filter((name) => name !== '').map((name) => [name, name === 'sh' ? shell : busybox]));
}

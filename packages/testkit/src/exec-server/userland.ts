import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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
export function layOut({ kind, only }: Userland): Programs {
  if (kind === 'machine' && only === undefined) return { path: SYSTEM_PATH, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'userland-'));
  chmodSync(folder, 0o755);
  for (const [name, program] of programsOf(kind, only === undefined)) {
    if (only?.includes(name) !== false) symlinkSync(program, join(folder, name));
  }
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function programsOf(kind: Userland['kind'], whole: boolean): (readonly [name: string, program: string])[] {
  if (kind === 'machine') {
    const names = [
      'sh',
      'cat',
      'head',
      'stat',
      'find',
      'xargs',
      'sha256sum',
      'dd',
      'ln',
      'rm',
      'mkdir',
      'touch',
    ];
    return names.flatMap((name) => {
      const program = findProgram(name);
      return program === null ? [] : [[name, program] as const];
    });
  }
  const busybox = findProgram('busybox');
  if (busybox === null) throw new Error(noBusyBox() ?? '');
  const list = execFileSync(busybox, ['--list'], { encoding: 'utf8' });
  const shell = whole ? busybox : (findProgram('sh') ?? busybox);
  return list
    .split('\n')
    .filter((name) => name !== '')
    .map((name) => [name, name === 'sh' ? shell : busybox] as const);
}

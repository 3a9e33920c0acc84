import type { Transport } from '@sessionkeep/core';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Opened, Outside } from './world.js';

/** Somebody who may read only what others give him. */
const NOBODY = 65_534;

/**
 * A fresh folder on a real disk with every hook of the suite, for `open`: for transports of disks and of mounted shares, and
 * for wrappers around them. A test that runs as root goes on as nobody from where something is made unreadable to its end.
 *
 * @param openAt opens the transport to be tested at this folder, which is not there yet
 * @param parent where the folder is made: another one is another file system
 *
 * @example
 * describeTransportContract('a disk', {
 *   open: () => openDisk(async (root) => (await openLocalTransport({ root }))._unsafeUnwrap()),
 * });
 */
export async function openDisk(
  openAt: (root: string) => Promise<Transport>,
  parent = tmpdir(),
): Promise<Opened> {
  const place = new DiskPlace(parent);
  return {
    transport: await openAt(place.root),
    reopen: () => openAt(place.root),
    outside: place.hooks(),
    cleanup: async () => place.remove(),
  };
}

class DiskPlace {
  readonly #top: string;
  readonly root: string;
  readonly #beside: string;
  readonly #secret: string;
  readonly #closed: string[] = [];
  #dropped = false;

  constructor(parent: string) {
    this.#top = realpathSync(mkdtempSync(join(parent, 'sessionkeep-')));
    this.root = join(this.#top, 'root');
    this.#beside = join(this.#top, 'outside');
    this.#secret = join(this.#beside, 'inside.jsonl');
    mkdirSync(this.#beside);
    writeFileSync(this.#secret, 'secret');
  }

  hooks(): Outside {
    return {
      link: async (path, text) => symlinkSync(text, this.#at(path)),
      linkOut: (path) => this.#leadOut(path, this.#secret),
      linkFolderOut: (path) => this.#leadOut(path, this.#beside),
      pipe: async (path) => void execFileSync('mkfifo', [this.#at(path)]),
      makeUnreadable: async (path) => this.#makeUnreadable(path),
      foreignName: async (folder) => {
        const parent = Buffer.from(`${dirname(this.#at(`${folder}/x`))}/`);
        writeFileSync(Buffer.concat([parent, Buffer.from([0x61, 0xff])]), 'x');
      },
      replace: async (path) => {
        const fresh = this.#at(`${path}.fresh`);
        writeFileSync(fresh, '!');
        renameSync(fresh, this.#at(path));
      },
    };
  }

  remove(): void {
    if (this.#dropped) {
      process.seteuid?.(0);
      process.setegid?.(0);
    }
    for (const path of this.#closed) chmodSync(path, 0o700);
    rmSync(this.#top, { recursive: true, force: true });
  }

  /** The absolute path of something below the root, with the folders above it made. */
  #at(path: string): string {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    return absolute;
  }

  async #leadOut(path: string, target: string): Promise<() => Promise<boolean>> {
    symlinkSync(target, this.#at(path));
    return async () => {
      const { size, mtimeMs } = lstatSync(this.#secret);
      return readdirSync(this.#beside).length === 1 && size === 6 && mtimeMs > 1_700_000_000_000;
    };
  }

  #makeUnreadable(path: string): void {
    const absolute = this.#at(path);
    this.#closed.push(absolute);
    chmodSync(absolute, 0);
    if (process.getuid?.() !== 0) return;
    for (const name of ['', ...readdirSync(this.#top, { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(this.#top, name), NOBODY, NOBODY);
    }
    process.setegid?.(NOBODY);
    process.seteuid?.(NOBODY);
    this.#dropped = true;
  }
}

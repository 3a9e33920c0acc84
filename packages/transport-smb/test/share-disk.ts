import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Outside } from '@sessionkeep/testkit/contract';

let count = 0;

/** A folder of a share as it lies on the server's disk: what clients cannot bring about is done here. */
export class ShareDisk {
  /** Path of the root of the transport on the share. */
  readonly folder = `place-${++count}/root`;
  readonly #share: string;
  readonly #top: string;
  readonly #outside: string;
  readonly #closed: string[] = [];

  /** @param share the share's folder on the disk */
  constructor(share: string) {
    this.#share = share;
    this.#top = join(share, dirname(this.folder));
    // Beside the share, where no client gets to.
    this.#outside = join(share, '..', `outside-${process.pid}-${count}`);
  }

  get root(): string {
    return join(this.#share, this.folder);
  }

  /** The absolute path of something below the root, with the folders above it made. */
  at(path: string): string {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    return absolute;
  }

  write(path: string, content: string | Uint8Array): void {
    this.writeQuietly(path, content);
    this.hand();
  }

  /** As `write`, where many are handed over together. */
  writeQuietly(path: string, content: string | Uint8Array): void {
    writeFileSync(this.at(path), content);
  }

  hooks(): Outside {
    const handing =
      <A extends unknown[], T>(act: (...args: A) => T) =>
      async (...args: A): Promise<T> => {
        const result = act(...args);
        this.hand();
        return result;
      };
    return {
      link: handing((path: string, text: string) => symlinkSync(text, this.at(path))),
      linkOut: handing((path: string) => this.#leadOut(path, join(this.#outside, 'inside.jsonl'))),
      linkFolderOut: handing((path: string) => this.#leadOut(path, this.#outside)),
      pipe: handing((path: string) => void execFileSync('mkfifo', [this.at(path)])),
      makeUnreadable: handing((path: string) => {
        this.#closed.push(this.at(path));
        chmodSync(this.at(path), 0);
      }),
      foreignName: handing((folder: string) => {
        const parent = Buffer.from(`${dirname(this.at(`${folder}/x`))}/`);
        writeFileSync(Buffer.concat([parent, Buffer.from([0x61, 0xff])]), 'x');
      }),
      replace: handing((path: string) => {
        writeFileSync(this.at(`${path}.fresh`), '!');
        renameSync(this.at(`${path}.fresh`), this.at(path));
      }),
    };
  }

  remove(): void {
    for (const path of this.#closed) chmodSync(path, 0o700);
    for (const folder of [this.#top, this.#outside]) rmSync(folder, { recursive: true, force: true });
  }

  /** Gives what was made here to whom the share belongs. */
  hand(): void {
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = statSync(this.#share);
    execFileSync('chown', ['-Rh', `${uid}:${gid}`, this.#top]);
  }

  #leadOut(path: string, target: string): () => Promise<boolean> {
    mkdirSync(this.#outside, { mode: 0o777 });
    chmodSync(this.#outside, 0o777);
    const secret = join(this.#outside, 'inside.jsonl');
    writeFileSync(secret, 'secret');
    chmodSync(secret, 0o666);
    symlinkSync(target, this.at(path));
    return async () => {
      const { size, mtimeMs } = lstatSync(secret);
      return readdirSync(this.#outside).length === 1 && size === 6 && mtimeMs > 1_700_000_000_000;
    };
  }
}

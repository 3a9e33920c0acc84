import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parsePath, type Bytes, type KeepError, type RelativePath, type Transport } from '@sessionkeep/core';
import { ok, type Result } from 'neverthrow';
import { openLocalTransport } from '../open-local-transport.js';

/** A folder on a real disk for one test: `root` for the transport, `outside` beside it, which it must never touch. */
export class TestDisk {
  readonly #top: string;
  readonly root: string;
  readonly outside: string;

  constructor(parent = tmpdir()) {
    this.#top = realpathSync(mkdtempSync(join(parent, 'sessionkeep-')));
    this.root = join(this.#top, 'root');
    this.outside = join(this.#top, 'outside');
    mkdirSync(this.outside);
    writeFileSync(join(this.outside, 'inside.jsonl'), 'secret');
  }

  async open(): Promise<Transport> {
    return must(await openLocalTransport({ root: this.root }));
  }

  /** The absolute path of something below the root, with the folders above it made. */
  at(path: string): string {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    return absolute;
  }

  write(path: string, content: string | Uint8Array = 'content'): string {
    const absolute = this.at(path);
    writeFileSync(absolute, content);
    return absolute;
  }

  /** Whether nothing outside was changed, removed or added. */
  untouched(): boolean {
    const file = join(this.outside, 'inside.jsonl');
    const { size, mtimeMs } = lstatSync(file);
    return readdirSync(this.outside).length === 1 && size === 6 && mtimeMs > 1_700_000_000_000;
  }

  remove(): void {
    if (existsSync(this.#top)) rmSync(this.#top, { recursive: true, force: true });
  }
}

export function at(text: string): RelativePath {
  return must(parsePath(text));
}

export function must<T>(result: Result<T, KeepError>): T {
  if (result.isErr()) throw new Error(`${result.error.kind}: ${result.error.message}`);
  return result.value;
}

export function kindOf(result: Result<unknown, KeepError>): string {
  return result.isErr() ? result.error.kind : 'ok';
}

export async function* bytes(...chunks: readonly (string | Uint8Array)[]): Bytes {
  for (const chunk of chunks) yield ok(Buffer.from(chunk));
}

/** What a range gives: its text, or the kind of its error. */
export async function readText(
  transport: Transport,
  path: string,
  length: number,
  identity = '',
): Promise<string> {
  let text = '';
  for await (const { chunks } of transport.read([{ path: at(path), offset: 0, length, identity }])) {
    for await (const chunk of chunks) {
      if (chunk.isErr()) return chunk.error.kind;
      text += Buffer.from(chunk.value).toString();
    }
  }
  return text;
}

/** Each entry of a scan: `path` to `file`, to the reason it is refused, or to the kind of its error. */
export async function scanKinds(transport: Transport, folder = ''): Promise<Record<string, string>> {
  const kinds: Record<string, string> = {};
  for await (const batch of transport.scan(at(folder))) {
    for (const entry of must(batch)) {
      if (entry.kind === 'refused') kinds[entry.path] = entry.reason;
      else kinds[entry.path] = entry.kind === 'file' ? 'file' : entry.error.kind;
    }
  }
  return kinds;
}

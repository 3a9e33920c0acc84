import type { Answer, Bytes, FileStat, Range, Transport } from '@sessionkeep/core';
import { at } from '@sessionkeep/testkit';
import { ok } from 'neverthrow';
import { kindOf, must } from './results.js';

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

/** Bytes that differ wherever one looks, and are the same in every run. */
export function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** These bytes in chunks, with `before` called before each. */
export async function* chunked(
  bytes: Uint8Array,
  before: (offset: number) => unknown = () => undefined,
  size = MiB,
): Bytes {
  for (let from = 0; from < bytes.length; from += size) {
    await before(from);
    yield ok(bytes.subarray(from, from + size));
  }
}

export function put(transport: Transport, path: string, content: string | Uint8Array): Answer<FileStat> {
  const bytes = Buffer.from(content);
  return transport.create(at(path), chunked(bytes), bytes.length);
}

/** What a range gives: its bytes, or the kind of its error. */
export async function bytesOf(transport: Transport, range: Range): Promise<Buffer | string> {
  for await (const { chunks } of transport.read([range])) {
    const pieces: Uint8Array[] = [];
    for await (const chunk of chunks) {
      if (chunk.isErr()) return chunk.error.kind;
      pieces.push(new Uint8Array(chunk.value));
    }
    return Buffer.concat(pieces);
  }
  return 'nothing';
}

export async function textOf(transport: Transport, path: string, length: number): Promise<string> {
  return (await bytesOf(transport, { path: at(path), offset: 0, length })).toString();
}

/** Whether a file holds exactly these bytes. */
export async function hasBytes(transport: Transport, path: string, bytes: Uint8Array): Promise<boolean> {
  if (must(await transport.stat(at(path))).size !== bytes.length) return false;
  const got = await bytesOf(transport, { path: at(path), offset: 0, length: bytes.length });
  return typeof got !== 'string' && got.equals(bytes);
}

/** Each entry of a scan: `path` to `file`, to the reason it is refused, or to the kind of its error. */
export async function scanKinds(transport: Transport, folder = ''): Promise<Record<string, string>> {
  const kinds: Record<string, string> = {};
  for await (const batch of transport.scan(at(folder))) {
    if (batch.isErr()) kinds['!'] = kindOf(batch);
    for (const entry of batch.unwrapOr([])) {
      if (entry.kind === 'refused') kinds[entry.path] = entry.reason;
      else kinds[entry.path] = entry.kind === 'file' ? 'file' : `unreadable: ${entry.error.kind}`;
    }
  }
  return kinds;
}

export const HOLDER = { host: 'here', user: 'me', pid: process.pid, since: '2026-01-01T00:00:00Z' } as const;

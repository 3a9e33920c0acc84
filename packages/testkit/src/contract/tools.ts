import {
  keepError,
  type Bytes,
  type ErrorKind,
  type FileStat,
  type KeepError,
  type Range,
  type RelativePath,
  type ScanEntry,
  type ScanOptions,
  type Transport,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { at, collect, streamOf } from '../helpers/streams.js';

export const MiB = 1024 * 1024;

/** The value; a test that did not expect the error fails with its message. */
export function must<T>(result: Result<T, KeepError>): T {
  if (result.isErr()) throw new Error(`${result.error.kind}: ${result.error.message}`);
  return result.value;
}

/** The error's kind, or `ok`: what most tests compare. */
export function kindOf(result: Result<unknown, KeepError>): ErrorKind | 'ok' {
  return result.isErr() ? result.error.kind : 'ok';
}

/** Bytes that look random and are the same in every run. */
export function pattern(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed * 2654435761;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[index] = state ^ (state >>> 15);
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** These bytes in chunks of at most `size`. */
export async function* chunked(bytes: Uint8Array, size = MiB): Bytes {
  for (let from = 0; from < bytes.length; from += size) yield ok(bytes.subarray(from, from + size));
}

/** Yields these chunks, then an error. */
export async function* failing(...chunks: readonly string[]): Bytes {
  yield* streamOf(...chunks);
  yield err(keepError('unreachable', 'produce', 'the producer was told to fail'));
}

/** Writes a file and answers with its stat. */
export async function put(
  transport: Transport,
  path: string,
  content: string | Uint8Array,
): Promise<FileStat> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return must(await transport.create(at(path), chunked(bytes), bytes.length));
}

/** The bytes of one range. */
export async function readRange(transport: Transport, range: Range): Promise<Result<Uint8Array, KeepError>> {
  for await (const { chunks } of transport.read([range])) return await collect(chunks);
  throw new Error('a range was given no answer');
}

/** The text of a whole file. */
export async function textOf(transport: Transport, path: string): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await bytesOf(transport, path));
}

/** The bytes of a whole file. */
export async function bytesOf(transport: Transport, path: string): Promise<Uint8Array> {
  const { size } = must(await transport.stat(at(path)));
  return must(await readRange(transport, { path: at(path), offset: 0, length: size }));
}

/** A range of a file given by its text. */
export function range(path: string, offset: number, length: number, identity?: string): Range {
  return { path: at(path), offset, length, ...(identity === undefined ? {} : { identity }) };
}

/** All entries of a scan that must not fail. */
export async function scanAll(
  transport: Transport,
  folder = '',
  options?: ScanOptions,
): Promise<ScanEntry[]> {
  const entries: ScanEntry[] = [];
  for await (const batch of transport.scan(at(folder), options)) entries.push(...must(batch));
  return entries;
}

/** The paths of a scan, sorted. */
export async function scanPaths(transport: Transport, folder = '', options?: ScanOptions): Promise<string[]> {
  return (await scanAll(transport, folder, options)).map(({ path }) => path).sort();
}

/** Every item of a scan as the kind of its error, or `ok`. */
export async function scanKinds(
  transport: Transport,
  folder: RelativePath,
  options?: ScanOptions,
): Promise<string[]> {
  const kinds: string[] = [];
  for await (const batch of transport.scan(folder, options)) kinds.push(kindOf(batch));
  return kinds;
}

export { at, collect, streamOf };

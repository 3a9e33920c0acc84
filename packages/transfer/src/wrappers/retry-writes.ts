import {
  keepError,
  printable,
  type Answer,
  type Bytes,
  type FileStat,
  type Hasher,
  type KeepError,
  type RelativePath,
  type Sha256,
  type Transport,
  type WriteOptions,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { Patience, type SharedPatience } from './patience.js';

/** What a look at the medium says about a call whose reply is lost: the answer it should have given, or null if it has to be made again. */
type Settled<T> = Answer<T | null>;

/** Calls until an answer comes. After a failure that may be a lost reply `settle` looks first what was done. */
export async function untilSettled<T>(
  options: SharedPatience,
  call: () => Answer<T>,
  settle: () => Settled<T> = async () => ok(null),
): Answer<T> {
  const patience = new Patience(options);
  const settleOrCall = async (): Answer<T> => {
    const settled = await settle();
    if (settled.isErr()) return err(settled.error);
    return settled.value === null ? call() : ok(settled.value);
  };
  for (let next = call; ; next = settleOrCall) {
    const result = await next();
    if (result.isOk()) patience.restart();
    if (result.isOk() || !(await patience.again(result.error))) return result;
  }
}

/** A rename that was done shows: the old name is gone and the new one there, or both are one file. */
export function retryingRename(inner: Transport, options: SharedPatience): Transport['rename'] {
  return (from, to) =>
    untilSettled<'renamed'>(
      options,
      async () => (await inner.rename(from, to)).map(() => 'renamed'),
      async () => {
        const [old, renamed] = [await lookAt(inner, from), await lookAt(inner, to)];
        if (old.isErr()) return err(old.error);
        if (renamed.isErr()) return err(renamed.error);
        if (renamed.value === null) return ok(null);
        if (old.value === null) return ok('renamed');
        const same = old.value.identity !== '' && old.value.identity === renamed.value.identity;
        if (!same) return err(taken('rename', to));
        return (await inner.remove(from)).map(() => 'renamed');
      },
    ).then((result) => result.map(() => undefined));
}

/** A file that was made shows by its size and digest. */
export function retryingPublish(
  inner: Transport,
  sha256: Sha256,
  options: SharedPatience,
): Transport['publish'] {
  return (file) =>
    untilSettled(
      options,
      () => inner.publish(file),
      async () => {
        const there = await lookAt(inner, file.path);
        if (there.isErr()) return err(there.error);
        if (there.value === null) return (await inner.remove(file.temporary)).map(() => null);
        const same = await holds(inner, file.path, there.value, file.bytes.length, sha256.of(file.bytes));
        return same.andThen((yes) => (yes ? ok(there.value) : err(taken('publish', file.path))));
      },
    );
}

/**
 * Files up to `limit` bytes are held in memory and written again. Of longer ones only the digest is taken on the way:
 * it settles a lost reply, and when the file is not there the error stands, since the bytes are gone.
 */
export function retryingCreate(
  inner: Transport,
  sha256: Sha256,
  limit: number,
  options: SharedPatience,
): Transport['create'] {
  return async (path, bytes, length, writeOptions) => {
    const collected = length <= limit ? await collect(bytes, length) : ok(null);
    if (collected.isErr()) return err(collected.error);
    const kept = collected.value;
    const tap = new HashTap(sha256, writeOptions?.sha256);
    let lost: KeepError | undefined;
    return untilSettled(
      options,
      async () => {
        if (lost !== undefined) return err({ ...lost, retry: false });
        const source = kept === null ? tap.pass(bytes) : streamOf(kept);
        const result = await inner.create(path, source, length, writeOptions);
        if (kept === null && result.isErr()) lost = result.error;
        return result;
      },
      async () => {
        const there = await lookAt(inner, path);
        if (there.isErr()) return err(there.error);
        if (there.value === null) return ok(null);
        const digest = kept === null ? tap.digest(length) : sha256.of(kept);
        const same = await holds(inner, path, there.value, length, digest);
        if (same.isErr()) return err(same.error);
        if (!same.value) return err(taken('create', path));
        // The time is set last, so it may be what is missing.
        if (writeOptions?.mtime !== undefined) return inner.setModifiedTime(path, writeOptions.mtime);
        return ok(there.value);
      },
    );
  };
}

/** What lies there; null for nothing. */
async function lookAt(inner: Transport, path: RelativePath): Settled<FileStat> {
  const stat = await inner.stat(path);
  return stat.isErr() && stat.error.kind === 'not-found' ? ok(null) : stat;
}

async function holds(
  inner: Transport,
  path: RelativePath,
  stat: FileStat,
  length: number,
  sha256: string | null,
): Answer<boolean> {
  if (stat.kind !== 'file' || stat.size !== length) return ok(false);
  for await (const digest of inner.digest([{ path, offset: 0, length }])) {
    return digest.map((found) => found.sha256 === sha256);
  }
  return ok(false);
}

function taken(operation: string, path: RelativePath): KeepError {
  const message = `${operation} of "${printable(path)}" failed: another file has the name`;
  return keepError('exists', operation, message, { path });
}

async function collect(bytes: Bytes, length: number): Promise<Result<Uint8Array, KeepError>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    if (chunk.isErr()) return err(chunk.error);
    // Of a Buffer, `slice` would be a view on what its producer overwrites.
    chunks.push(new Uint8Array(chunk.value));
    size += chunk.value.length;
    // What runs over is the transport's to refuse.
    if (size > length) break;
  }
  return ok(Buffer.concat(chunks));
}

async function* streamOf(bytes: Uint8Array): Bytes {
  if (bytes.length > 0) yield ok(bytes);
}

/** Counts a stream that passes through, and digests it unless somebody else does. */
class HashTap {
  private readonly hasher: Hasher | null;
  private size = 0;

  constructor(
    sha256: Sha256,
    private readonly known: WriteOptions['sha256'],
  ) {
    this.hasher = known === undefined ? sha256.start() : null;
  }

  async *pass(bytes: Bytes): Bytes {
    for await (const chunk of bytes) {
      if (chunk.isOk()) {
        this.hasher?.update(chunk.value);
        this.size += chunk.value.length;
      }
      yield chunk;
    }
  }

  /** The digest, or null when other than so many bytes came through. */
  digest(length: number): string | null {
    return this.size === length ? (this.known?.() ?? this.hasher?.copy().hex() ?? null) : null;
  }
}

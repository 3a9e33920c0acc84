import { createHash } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import {
  BufferPool,
  ExactBytes,
  type Bytes,
  type FileStat,
  type KeepError,
  type RelativePath,
  type WriteOptions,
} from '@sessionkeep/core';
import { placeWords, timeWords } from './agent/words.js';
import { aborted, errorOf, failure, problem, type Attempt } from './failure.js';
import { fileStat, oneRecord, type Place } from './place.js';
import { Upload } from './upload.js';

/** As much is gathered before it is sent. */
const BLOCK = 1024 * 1024;

const pool = new BufferPool([{ size: BLOCK, kept: 4, from: 256 * 1024 }]);

/** Writes a new file of exactly `length` bytes under a temporary name, and gives it its own once the pod's digest agrees. */
export async function createFile(
  place: Place,
  path: RelativePath,
  bytes: Bytes,
  length: number,
  options: WriteOptions = {},
): Promise<Result<FileStat, KeepError>> {
  const attempt = place.attempt('create', path);
  if (options.signal?.aborted === true) return err(aborted(attempt));
  if (path === '') return err(failure('exists', attempt, 'it is the root'));
  return writeFile(place, attempt, { path, isNew: true, offset: 0, bytes, length, options });
}

/** Writes at `offset` of an existing file and cuts what lay beyond; after a failure it is cut to `offset` again. */
export async function appendFile(
  place: Place,
  path: RelativePath,
  offset: number,
  bytes: Bytes,
  length: number,
  options: WriteOptions = {},
): Promise<Result<FileStat, KeepError>> {
  const attempt = place.attempt('append', path);
  if (options.signal?.aborted === true) return err(aborted(attempt));
  return writeFile(place, attempt, { path, isNew: false, offset, bytes, length, options });
}

interface Writing {
  readonly path: RelativePath;
  readonly isNew: boolean;
  readonly offset: number;
  readonly bytes: Bytes;
  readonly length: number;
  readonly options: WriteOptions;
}

async function writeFile(
  place: Place,
  attempt: Attempt,
  writing: Writing,
): Promise<Result<FileStat, KeepError>> {
  const session = await place.takeToWrite(attempt);
  if (session.isErr()) return err(session.error);
  const { path, isNew, offset, options } = writing;
  const upload = new Upload(place, { path, isNew, offset, signal: options.signal }, session.value);
  try {
    const begun = await upload.begin();
    if (begun.isErr()) return err(errorOf(attempt, begun.error));
    const written = await writeBytes(upload, attempt, writing);
    if (written.isErr()) await upload.drop();
    return written;
  } finally {
    upload.end();
  }
}

async function writeBytes(
  upload: Upload,
  attempt: Attempt,
  { bytes, length, options }: Writing,
): Promise<Result<FileStat, KeepError>> {
  const incoming = new ExactBytes({
    bytes,
    length,
    block: BLOCK,
    signal: options.signal,
    take: (size) => pool.take(size),
    fault: (kind, text, cause) => errorOf(attempt, problem(kind, text, { cause })),
  });
  const hash = createHash('sha256');
  for await (const block of incoming.blocks()) {
    hash.update(block);
    const taken = await upload.write(block);
    if (taken.isErr()) return err(errorOf(attempt, taken.error));
    pool.give(block);
  }
  if (incoming.problem !== null) return err(incoming.problem);
  if (options.signal?.aborted === true) return err(aborted(attempt));
  const answer = await upload.finish(hash.digest('hex'), options.mtime);
  return answer
    .andThen(oneRecord)
    .map(fileStat)
    .mapErr((found) => errorOf(attempt, found));
}

/** Sets the time of an existing file. */
export async function setModifiedTime(
  place: Place,
  path: RelativePath,
  mtime: bigint,
): Promise<Result<FileStat, KeepError>> {
  const attempt = place.attempt('setModifiedTime', path);
  const answer = await place.change(attempt, { words: ['time', ...placeWords(path), ...timeWords(mtime)] });
  return answer.andThen((record) =>
    oneRecord(record)
      .map(fileStat)
      .mapErr((found) => errorOf(attempt, found)),
  );
}

/** Nothing to be told of where it failed: what was there is not asked. */
export function done(answer: Result<Buffer, KeepError>): Result<void, KeepError> {
  return answer.andThen(() => ok(undefined));
}

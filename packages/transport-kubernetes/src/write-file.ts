import { createHash, randomBytes } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import type { Bytes, FileStat, KeepError, RelativePath, WriteOptions } from '@sessionkeep/core';
import { placeWords, timeWords } from './agent/words.js';
import { aborted, errorOf, failure, type Attempt, type Problem } from './failure.js';
import { IncomingBytes } from './incoming-bytes.js';
import { askOf, fileStat, oneRecord, type Place } from './place.js';
import type { Session } from './session/session.js';

/** Slow disks write, digest and flush at least so many bytes a millisecond. */
const BYTES_PER_MILLISECOND = 2_000;

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
  const temporary = `.sessionkeep-${randomBytes(8).toString('hex')}`;
  const begin = ['new', ...placeWords(path), temporary];
  return writeFile(place, attempt, begin, { offset: 0, bytes, length, options });
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
  const begin = ['old', ...placeWords(path), String(offset)];
  return writeFile(place, attempt, begin, { offset, bytes, length, options });
}

interface Writing {
  readonly offset: number;
  readonly bytes: Bytes;
  readonly length: number;
  readonly options: WriteOptions;
}

async function writeFile(
  place: Place,
  attempt: Attempt,
  begin: readonly string[],
  writing: Writing,
): Promise<Result<FileStat, KeepError>> {
  const session = await place.takeToWrite(attempt);
  if (session.isErr()) return err(session.error);
  const told = (found: Problem): KeepError => errorOf(attempt, found);
  try {
    const begun = await askOf(session.value, { words: begin });
    if (begun.isErr()) return err(told(begun.error));
    const written = await writeBytes(session.value, attempt, writing);
    // What is left of it goes: by the shell itself, where it cannot be told any more.
    if (written.isErr())
      (await askOf(session.value, { words: ['drop', String(writing.offset)] })).unwrapOr(null);
    return written;
  } finally {
    place.sessions.give(session.value);
  }
}

async function writeBytes(
  session: Session,
  attempt: Attempt,
  { offset, bytes, length, options }: Writing,
): Promise<Result<FileStat, KeepError>> {
  const incoming = new IncomingBytes(bytes, length, attempt, options.signal);
  const hash = createHash('sha256');
  for await (const block of incoming.blocks()) {
    hash.update(block);
    const taken = await askOf(session, { words: ['data', String(block.length)], body: block });
    if (taken.isErr()) return err(errorOf(attempt, taken.error));
  }
  if (incoming.problem !== null) return err(incoming.problem);
  if (options.signal?.aborted === true) return err(aborted(attempt));
  const total = offset + length;
  const answer = await askOf(session, {
    words: ['finish', String(offset), String(total), hash.digest('hex'), ...timeWords(options.mtime)],
    wait: 120_000 + total / BYTES_PER_MILLISECOND,
  });
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

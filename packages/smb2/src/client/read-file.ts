import { err, ok, type Result } from 'neverthrow';
import { attemptError, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { Access, CreateOption, Disposition } from '../wire/open-options.js';
import type { CallOptions } from './connect-options.js';
import { createRequest, readStep } from './file-steps.js';
import { diskIdIn, fileStat, type FileStat } from './file-stat.js';
import { readSize, type ShareContext } from './share-context.js';
import { sharePath } from './share-path.js';
import { SmbFile } from './smb-file.js';
import { readContent } from './transferred.js';
import { closeQuietly, runSteps } from './run-steps.js';

export interface ReadFileOptions extends CallOptions {
  /** Default 0. */
  readonly offset?: number;
  /** How many bytes at most. Default: to the end of the file. */
  readonly length?: number;
  /** A file of which more would have to be held in memory is `invalid`. Default 64 MiB. */
  readonly most?: number;
}

/** What a file holds, and what the server says of it. */
export interface FileContent {
  readonly bytes: Uint8Array;
  readonly stat: FileStat;
}

/** What is asked for before the size is known. */
const FIRST_READ = 64 * 1024;
const MOST_IN_MEMORY = 64 * 1024 * 1024;

/** Reads a file, or a range of it, into memory: in one round trip up to 64 KiB, or up to `length` where that is told. */
export async function readFile(
  context: ShareContext,
  path: string,
  options: ReadFileOptions,
): Promise<Result<FileContent, SmbError>> {
  const { offset = 0, length = Infinity, most = MOST_IN_MEMORY, signal } = options;
  const attempt: Attempt = { operation: 'read', path };
  const target = sharePath(attempt, path);
  if (target.isErr()) return err(target.error);
  const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (!isSize(offset) || (length !== Infinity && !isSize(offset + length))) {
    return err(attemptError('invalid', attempt, 'offsets and sizes are whole numbers up to 2^53 - 1'));
  }
  const size = Math.min(length === Infinity ? FIRST_READ : length, readSize(context));
  const access = Access.readData | Access.readAttributes | Access.synchronize;
  const aborts = signal === undefined ? {} : { signal };
  const create = createRequest(target.value, access, Disposition.open, CreateOption.notFolder);
  const read = size === 0 ? [] : [{ ...readStep(offset, size), accepts: [Status.endOfFile] }];
  const done = await runSteps(context, { attempt, create, steps: read, end: 'close', ...aborts });
  if (done.isErr()) return err(done.error);
  const { created, replies } = done.value;
  const [reply] = replies;
  const stat = fileStat(created, diskIdIn(created.contexts));
  const content =
    reply === undefined
      ? ok(Buffer.alloc(0))
      : readContent(attempt, reply.header.status, reply.message, size);
  if (content.isErr()) return err(content.error);
  const wanted = Math.max(0, Math.min(length, created.size - offset));
  if (content.value.length >= wanted) return ok({ bytes: content.value, stat });
  if (wanted > most) {
    const hint = 'read it in parts, or as a stream';
    return err(
      attemptError('invalid', attempt, `${wanted} bytes are more than is to be held in memory`, { hint }),
    );
  }
  const opened = await runSteps(context, { attempt, create, steps: [], end: 'keep', ...aborts });
  if (opened.isErr()) return err(opened.error);
  const file = new SmbFile({ context, path, created: opened.value.created });
  const bytes = await file.read(
    offset,
    Math.min(length, Math.max(wanted, file.opened.size - offset), most),
    aborts,
  );
  closeQuietly(context.tree, opened.value.created.fileId);
  return bytes.map((bytes) => ({ bytes, stat: file.opened }));
}

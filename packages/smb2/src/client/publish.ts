import { err, ok, type Result } from 'neverthrow';
import type { Reply } from '../connection/request.js';
import { attemptError, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Access, CreateOption, Disposition } from '../wire/open-options.js';
import { decodeWriteResponse } from '../wire/write.js';
import type { CallOptions } from './connect-options.js';
import { finishFile } from './finish-file.js';
import { bufferOf, createRequest, FLUSH_STEP, renameStep, timesStep, writeStep } from './file-steps.js';
import { diskIdIn, fileStat, type FileStat, type FileTimes } from './file-stat.js';
import { removeAt } from './remove.js';
import { closeQuietly, runSteps, type Step, type Steps } from './run-steps.js';
import { sharePath } from './share-path.js';
import { writeSize, type ShareContext } from './share-context.js';
import { SmbFile } from './smb-file.js';

/** A whole file in memory, and how it is made. */
export interface PublishOptions extends CallOptions {
  /** Where it is to appear. */
  readonly path: string;
  /** Under which name it is written first, on the same share. What lies there is overwritten. */
  readonly temporary: string;
  readonly bytes: Uint8Array;
  readonly times?: FileTimes;
  /** Whether a file at `path` is replaced; else it is `exists`. Default false. */
  readonly replace?: boolean;
  /** Whether the bytes are on the server's medium before the file appears. Default true. */
  readonly flush?: boolean;
}

const ACCESS =
  Access.writeData |
  Access.appendData |
  Access.writeAttributes |
  Access.readAttributes |
  Access.delete |
  Access.synchronize;

/**
 * Makes a whole file appear at once, or not at all: written under another name, durable, with its times, and then
 * renamed. One round trip for what fits in one request (1 MiB); more else. What fails takes the temporary file away
 * as far as it can.
 */
export async function publish(
  context: ShareContext,
  options: PublishOptions,
): Promise<Result<FileStat, SmbError>> {
  const { path, temporary, bytes, times = {}, replace = false, flush = true, signal } = options;
  const attempt: Attempt = { operation: 'publish', path };
  const parts = sharePath(attempt, path)
    .andThen((target) => sharePath(attempt, temporary).map((source) => ({ target, source })))
    .andThen((paths) => renameStep(attempt, paths.target, replace).map((rename) => ({ ...paths, rename })))
    .andThen((known) => timesStep(attempt, times).map((setTimes) => ({ ...known, setTimes })));
  if (parts.isErr()) return err(parts.error);
  const { target, source, setTimes, rename } = parts.value;
  const finish: Step[] = [...(flush ? [FLUSH_STEP] : []), ...(hasTimes(times) ? [setTimes] : []), rename];
  const content = bufferOf(bytes);
  const left = { temporary: false };
  const file: NewFile = {
    target,
    content,
    finish,
    steps: {
      attempt,
      create: createRequest(source, ACCESS, Disposition.overwriteIf, CreateOption.notFolder),
      failed: () => (left.temporary = true),
      ...(signal === undefined ? {} : { signal }),
    },
  };
  const fits = content.length <= writeSize(context);
  const published = fits
    ? await publishAtOnce(context, file)
    : await publishLarge(context, file, () => (left.temporary = true));
  if (published.isErr() && left.temporary) await removeQuietly(context, source);
  return published;
}

interface NewFile {
  readonly target: string;
  readonly content: Buffer;
  /** What is done after the content is written. */
  readonly finish: readonly Step[];
  readonly steps: Omit<Steps, 'steps' | 'end'>;
}

async function publishAtOnce(context: ShareContext, file: NewFile): Promise<Result<FileStat, SmbError>> {
  const { attempt } = file.steps;
  const write = file.content.length === 0 ? [] : [writeStep(0, file.content)];
  const done = await runSteps(context, {
    ...file.steps,
    steps: [...write, ...file.finish],
    end: 'close-and-tell',
  });
  if (done.isErr()) return err(done.error);
  const { created, replies, told } = done.value;
  const [written] = replies;
  const isWhole =
    file.content.length === 0 || (written !== undefined && countIn(written) === file.content.length);
  if (isWhole) return ok(fileStat(told ?? created, diskIdIn(created.contexts)));
  await removeQuietly(context, file.target);
  return err(attemptError('io', attempt, 'the server wrote only a part of it'));
}

async function publishLarge(
  context: ShareContext,
  { content, finish, steps }: NewFile,
  made: () => void,
): Promise<Result<FileStat, SmbError>> {
  const { attempt, signal } = steps;
  const opened = await runSteps(context, { ...steps, steps: [], end: 'keep' });
  if (opened.isErr()) return err(opened.error);
  made();
  const { created } = opened.value;
  const file = new SmbFile({ context, path: attempt.path ?? '', created });
  const aborts = signal === undefined ? {} : { signal };
  const written = await file.writeStream([content], aborts);
  if (written.isErr()) {
    closeQuietly(context.tree, created.fileId);
    return err(written.error);
  }
  const finished = await finishFile(context, { attempt, fileId: created.fileId, steps: finish, ...aborts });
  return finished.map((facts) => fileStat(facts ?? created, diskIdIn(created.contexts)));
}

function countIn({ message }: Reply): number {
  return decodeWriteResponse(message).unwrapOr(0);
}

/** Whether some time is to be set at all. */
function hasTimes({ created, accessed, modified }: FileTimes): boolean {
  return created !== undefined || accessed !== undefined || modified !== undefined;
}

/** Takes away what a failure has left; the caller has the error that matters. */
async function removeQuietly(context: ShareContext, path: string): Promise<void> {
  const removed = await removeAt(context, { attempt: { operation: 'remove' }, path, folder: false });
  removed.unwrapOr(null);
}

import { err, ok, type Result } from 'neverthrow';
import type { Reply } from '../connection/request.js';
import { attemptError, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import type { CreateResponse } from '../wire/create.js';
import { Access, CreateOption, Disposition } from '../wire/open-options.js';
import type { CallOptions } from './connect-options.js';
import { finishFile } from './finish-file.js';
import { bufferOf, createRequest, FLUSH_STEP, renameStep, timesStep, writeStep } from './file-steps.js';
import { diskIdIn, fileStat, type FileStat, type FileTimes } from './file-stat.js';
import { removeAt } from './remove.js';
import { closeQuietly, requestOf, runSteps, type Step, type Steps } from './run-steps.js';
import { sharePath } from './share-path.js';
import { writeSize, type ShareContext } from './share-context.js';
import { SmbFile } from './smb-file.js';
import { checkWritten } from './transferred.js';

/** A whole file in memory, and how it is made. */
export interface PublishOptions extends CallOptions {
  /** Where it is to appear. */
  readonly path: string;
  /**
   * Under which name it is written first, on the same share; a name of its own for each attempt. What lies there is
   * overwritten, and what a failure has left there is removed. Best in a folder with few files: servers that take no heed
   * of case look through all of it.
   */
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
 * renamed. One round trip for what fits in one request (1 MiB) and replaces nothing; more else. What fails is taken
 * away as far as it can be: where a server goes on after a step that has failed, such as a write to a full disk,
 * half a file can be seen for a moment, unless it replaces another.
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
  const settle: Step[] = [...(flush ? [FLUSH_STEP] : []), ...(hasTimes(times) ? [setTimes] : [])];
  const content = bufferOf(bytes);
  const left: { path: string | null } = { path: null };
  const file: NewFile = {
    source,
    target,
    content,
    settle,
    rename,
    steps: {
      attempt,
      create: createRequest(source, ACCESS, Disposition.overwriteIf, CreateOption.notFolder),
      // The rename is the last step: once it was done, there is no temporary file, but half a one under the new name.
      failed: (isRenamed) => (left.path = isRenamed ? target : source),
      failedLate: (isRenamed) => void removeQuietly(context, isRenamed ? target : source),
      ...(signal === undefined ? {} : { signal }),
    },
  };
  // What is replaced has to stay until the new bytes are known to be there.
  const atOnce = content.length <= writeSize(context) && !replace;
  const published = atOnce
    ? await publishAtOnce(context, file)
    : await publishInTurn(context, file, () => (left.path = source));
  if (published.isErr() && left.path !== null) {
    const removed = removeQuietly(context, left.path);
    // Who aborts does not want to wait.
    if (signal?.aborted !== true) await removed;
  }
  return published;
}

interface NewFile {
  readonly source: string;
  readonly target: string;
  readonly content: Buffer;
  /** What is done after the content is written, before it gets its name. */
  readonly settle: readonly Step[];
  readonly rename: Step;
  readonly steps: Omit<Steps, 'steps' | 'end'>;
}

async function publishAtOnce(context: ShareContext, file: NewFile): Promise<Result<FileStat, SmbError>> {
  const { attempt } = file.steps;
  const write = file.content.length === 0 ? [] : [writeStep(0, file.content)];
  const done = await runSteps(context, {
    ...file.steps,
    steps: [...write, ...file.settle, file.rename],
    end: 'close-and-tell',
  });
  if (done.isErr()) return err(done.error);
  const { created, replies, told } = done.value;
  const [written] = replies;
  const whole = file.content.length === 0 ? ok(null) : checkWhole(attempt, written, file.content);
  if (whole.isOk()) return ok(fileStat(told ?? created, diskIdIn(created.contexts)));
  await removeQuietly(context, file.target);
  return err(whole.error);
}

/** Gives it its name only after all else has been answered well. */
async function publishInTurn(
  context: ShareContext,
  { source, content, settle, rename, steps }: NewFile,
  made: () => void,
): Promise<Result<FileStat, SmbError>> {
  const { attempt, signal } = steps;
  const aborts = signal === undefined ? {} : { signal };
  const isSmall = content.length > 0 && content.length <= writeSize(context);
  const opened = await runSteps(context, {
    ...steps,
    steps: isSmall ? [writeStep(0, content), ...settle] : [],
    end: 'keep',
    failed: made,
    failedLate: () => void removeQuietly(context, source),
  });
  if (opened.isErr()) return err(opened.error);
  made();
  const { created, replies } = opened.value;
  const [written] = replies;
  const filled = isSmall
    ? checkWhole(attempt, written, content)
    : await fill(context, { attempt, created, content, settle, ...aborts });
  if (filled.isErr()) {
    closeQuietly(context.tree, created.fileId);
    return err(filled.error);
  }
  const finished = await finishFile(context, { attempt, fileId: created.fileId, steps: [rename], ...aborts });
  return finished.map((facts) => fileStat(facts ?? created, diskIdIn(created.contexts)));
}

interface Filling extends CallOptions {
  readonly attempt: Attempt;
  readonly created: CreateResponse;
  readonly content: Buffer;
  readonly settle: readonly Step[];
}

/** Writes a large content in parts, and settles it. */
async function fill(
  context: ShareContext,
  { attempt, created, content, settle, signal }: Filling,
): Promise<Result<null, SmbError>> {
  const aborts = signal === undefined ? {} : { signal };
  const file = new SmbFile({ context, path: attempt.path ?? '', created });
  const written = await file.writeStream([content], aborts);
  if (written.isErr()) return err(written.error);
  for (const step of settle) {
    const replied = await context.tree.request(requestOf(step, created.fileId), { attempt, ...aborts });
    if (replied.isErr()) return err(replied.error);
    if (replied.value.header.status !== Status.success)
      return err(statusError(attempt, replied.value.header.status));
  }
  return ok(null);
}

function checkWhole(attempt: Attempt, written: Reply | undefined, content: Buffer): Result<null, SmbError> {
  if (written !== undefined) return checkWritten(attempt, written, content.length);
  return err(attemptError('protocol', attempt, 'the server does not say what it wrote'));
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

import { err, ok, type Result } from 'neverthrow';
import type { Reply, Request } from '../connection/request.js';
import type { Tree } from '../connection/tree.js';
import { malformed, unencodable, type Attempt } from '../error/attempt-error.js';
import { printable } from '../error/printable.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { decodeCloseResponse, encodeCloseRequest } from '../wire/close.js';
import { Command } from '../wire/command.js';
import {
  decodeCreateResponse,
  encodeCreateRequest,
  type CreateRequest,
  type CreateResponse,
} from '../wire/create.js';
import { decodeErrorResponse } from '../wire/error-response.js';
import type { FileFacts } from '../wire/file-facts.js';
import { PREVIOUS_FILE, type FileId } from '../wire/file-id.js';
import type { ShareContext } from './share-context.js';

/** One thing to do with a file that was opened just before. */
export interface Step extends Omit<Request, 'body'> {
  readonly body: (fileId: FileId) => Buffer;
  /** Statuses beside success after which the rest goes on. */
  readonly accepts?: readonly number[];
}

export interface Steps {
  readonly attempt: Attempt;
  readonly create: CreateRequest;
  readonly steps: readonly Step[];
  /** `keep` leaves the file open when all went well. */
  readonly end: 'close' | 'close-and-tell' | 'keep';
  /**
   * Called when a step after the CREATE fails, with whether the last one was done all the same: some servers, Samba
   * among them, go on with a compound after a step that has failed.
   */
  readonly failed?: (lastDone: boolean) => void;
  /** The same of what was given up and then opened a file all the same, unless all of it was done. */
  readonly failedLate?: (lastDone: boolean) => void;
  readonly signal?: AbortSignal;
}

export interface StepsDone {
  readonly created: CreateResponse;
  /** The replies to the steps, each of success or of an accepted status. */
  readonly replies: readonly Reply[];
  /** What the server told with the close, if it was asked to. */
  readonly told: FileFacts | null;
}

/**
 * Opens a file, does something with it and closes it: in one round trip, or step by step where compounds are switched
 * off or there are too few credits. Ends with the error of the first step that fails, and then the file is closed
 * whatever the server made of the rest.
 */
export async function runSteps(context: ShareContext, steps: Steps): Promise<Result<StepsDone, SmbError>> {
  const { attempt } = steps;
  const create = encodeCreateRequest(steps.create).mapErr((fault) => unencodable(attempt, fault));
  if (create.isErr()) return err(create.error);
  const requests = buildRequests(create.value, steps);
  const together = context.compounds && context.tree.connection.hasCreditsFor(requests);
  const ran = together
    ? await runTogether(context.tree, requests, steps)
    : await runOneByOne(context.tree, requests, steps);
  if (ran.isErr()) return err(ran.error);
  return judge(context.tree, steps, ran.value);
}

/** Closes a file whose close nobody waits for: after failures and aborts. */
export function closeQuietly(tree: Tree, fileId: FileId): void {
  const request = { command: Command.close, body: encodeCloseRequest({ fileId, wantsFacts: false }) };
  void tree.request(request, { attempt: { operation: 'close' } }).then((closed) => {
    // There is nobody to tell: the caller has the error that led here.
    closed.unwrapOr(null);
  });
}

type AnyReply = Reply | undefined;

function buildRequests(create: Buffer, { steps, end }: Steps): readonly Request[] {
  const close = { command: Command.close, body: closeBody(PREVIOUS_FILE, end) };
  return [
    { command: Command.create, body: create },
    ...steps.map((step) => requestOf(step, PREVIOUS_FILE)),
    ...(end === 'keep' ? [] : [close]),
  ];
}

async function runTogether(
  tree: Tree,
  requests: readonly Request[],
  { attempt, steps, end, signal, failedLate }: Steps,
): Promise<Result<readonly AnyReply[], SmbError>> {
  return tree.call(requests, {
    attempt,
    ...(signal === undefined ? {} : { signal }),
    late: (replies) => {
      const opened = openedFile(replies[0]);
      if (opened === null) return;
      if (!(end !== 'keep' && succeeded(replies.at(-1)))) closeQuietly(tree, opened);
      if (end === 'keep' || !replies.every(succeeded)) failedLate?.(succeeded(replies[steps.length]));
    },
  });
}

async function runOneByOne(
  tree: Tree,
  requests: readonly Request[],
  { attempt, steps, end, signal, failedLate }: Steps,
): Promise<Result<readonly AnyReply[], SmbError>> {
  const replies: AnyReply[] = [];
  const [create] = requests;
  if (create === undefined) return ok(replies);
  const created = await tree.request(create, {
    attempt,
    ...(signal === undefined ? {} : { signal }),
    late: ([reply]) => {
      const opened = openedFile(reply);
      if (opened === null) return;
      closeQuietly(tree, opened);
      failedLate?.(false);
    },
  });
  if (created.isErr()) return err(created.error);
  replies.push(created.value);
  const fileId = openedFile(created.value);
  if (fileId === null) return ok(replies);
  for (const step of steps) {
    const replied = await tree.request(requestOf(step, fileId), {
      attempt,
      ...(signal === undefined ? {} : { signal }),
    });
    if (replied.isErr()) {
      closeQuietly(tree, fileId);
      failedLate?.(false);
      return err(replied.error);
    }
    replies.push(replied.value);
    if (!isGood(step, replied.value)) return ok(replies);
  }
  if (end === 'keep') return ok(replies);
  const closed = await tree.request({ command: Command.close, body: closeBody(fileId, end) }, { attempt });
  return closed.map((reply) => [...replies, reply]);
}

async function judge(
  tree: Tree,
  steps: Steps,
  replies: readonly AnyReply[],
): Promise<Result<StepsDone, SmbError>> {
  const { attempt, end } = steps;
  const [first] = replies;
  if (!succeeded(first)) return err(createError(attempt, first));
  const decoded = decodeCreateResponse(first.message).mapErr((fault) => malformed(attempt, fault));
  if (decoded.isErr()) return err(decoded.error);
  const created = decoded.value;
  const done: Reply[] = [];
  for (const [index, step] of steps.steps.entries()) {
    const reply = replies[index + 1];
    if (reply !== undefined && isGood(step, reply)) {
      done.push(reply);
      continue;
    }
    if (end === 'keep' || !succeeded(replies[steps.steps.length + 1])) closeQuietly(tree, created.fileId);
    steps.failed?.(succeeded(replies[steps.steps.length]));
    return err(statusError(attempt, reply?.header.status ?? Status.success));
  }
  if (end === 'keep') return ok({ created, replies: done, told: null });
  const told = await readClose(tree, steps, created.fileId, replies[steps.steps.length + 1]);
  return told.map((facts) => ({ created, replies: done, told: facts }));
}

/** Why a file was not opened; of a link on the way also where it leads. */
function createError(attempt: Attempt, reply: AnyReply): SmbError {
  const error = statusError(attempt, reply?.header.status ?? Status.success);
  if (reply?.header.status !== Status.stoppedOnSymlink) return error;
  const stop = decodeErrorResponse(reply.message).unwrapOr(null);
  if (stop === null) return error;
  const { target, printName } = stop;
  return { ...error, hint: `it leads to "${printable(printName === '' ? target : printName)}"` };
}

/** Servers may refuse to close in a compound after a step that has ended in an accepted status: then it is done alone. */
async function readClose(
  tree: Tree,
  { attempt, steps, end }: Steps,
  fileId: FileId,
  reply: AnyReply,
): Promise<Result<FileFacts | null, SmbError>> {
  let closed = reply;
  if (!succeeded(closed) && steps.some(({ accepts }) => accepts !== undefined)) {
    const again = await tree.request({ command: Command.close, body: closeBody(fileId, end) }, { attempt });
    if (again.isErr()) return err(again.error);
    closed = again.value;
  }
  if (!succeeded(closed)) return err(statusError(attempt, closed?.header.status ?? Status.success));
  return decodeCloseResponse(closed.message).mapErr((fault) => malformed(attempt, fault));
}

function closeBody(fileId: FileId, end: Steps['end']): Buffer {
  return encodeCloseRequest({ fileId, wantsFacts: end === 'close-and-tell' });
}

/** The message of a step on an open file. */
export function requestOf({ command, body, data, answerSize }: Step, fileId: FileId): Request {
  return {
    command,
    body: body(fileId),
    ...(data === undefined ? {} : { data }),
    ...(answerSize === undefined ? {} : { answerSize }),
  };
}

function openedFile(reply: AnyReply): FileId | null {
  if (!succeeded(reply)) return null;
  return decodeCreateResponse(reply.message)
    .map(({ fileId }): FileId | null => fileId)
    .unwrapOr(null);
}

/** What a type guard leaves over is otherwise taken for no reply at all. */
type Succeeded = Reply & { readonly header: { readonly status: typeof Status.success } };

function succeeded(reply: AnyReply): reply is Succeeded {
  return reply?.header.status === Status.success;
}

function isGood({ accepts }: Step, { header }: Reply): boolean {
  return header.status === Status.success || (accepts?.includes(header.status) ?? false);
}

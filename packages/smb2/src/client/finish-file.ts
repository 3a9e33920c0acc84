import { err, ok, type Result } from 'neverthrow';
import type { Reply } from '../connection/request.js';
import { malformed, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { decodeCloseResponse, encodeCloseRequest } from '../wire/close.js';
import { Command } from '../wire/command.js';
import type { FileFacts } from '../wire/file-facts.js';
import { PREVIOUS_FILE, type FileId } from '../wire/file-id.js';
import { closeQuietly, requestOf, type Step } from './run-steps.js';
import type { ShareContext } from './share-context.js';

export interface Finish {
  readonly attempt: Attempt;
  readonly fileId: FileId;
  /** What is done before the close; the first that fails is the error. */
  readonly steps: readonly Step[];
  /** Looks at the reply to the first step, which was of success. */
  readonly check?: (reply: Reply) => Result<null, SmbError>;
  readonly signal?: AbortSignal;
}

const CLOSE_STEP: Step = {
  command: Command.close,
  body: (fileId) => encodeCloseRequest({ fileId, wantsFacts: true }),
};

/**
 * Does the last things with an open file and closes it, in one round trip where it can. The file is closed in any
 * case. Gives what the server then says of it.
 */
export async function finishFile(
  context: ShareContext,
  finish: Finish,
): Promise<Result<FileFacts | null, SmbError>> {
  const { tree, compounds } = context;
  const { attempt, fileId } = finish;
  const steps = [...finish.steps, CLOSE_STEP];
  const requests = steps.map((step, index) => requestOf(step, index === 0 ? fileId : PREVIOUS_FILE));
  const progress = { isSent: false };
  const together = compounds && steps.length > 1 && tree.connection.hasCreditsFor(requests);
  const replied = together
    ? await tree.call(requests, {
        attempt,
        ...(finish.signal === undefined ? {} : { signal: finish.signal }),
        sent: () => (progress.isSent = true),
        late: (replies) => {
          if (!isClosedBy(replies, steps.length)) closeQuietly(tree, fileId);
        },
      })
    : await oneByOne(context, finish);
  if (replied.isErr()) {
    // What was aborted before it was sent has closed nothing.
    if (together && !progress.isSent) closeQuietly(tree, fileId);
    return err(replied.error);
  }
  const replies = replied.value;
  if (!isClosedBy(replies, steps.length)) closeQuietly(tree, fileId);
  const last = replies.find(({ header }) => header.status !== Status.success) ?? replies.at(-1);
  if (last === undefined || last.header.status !== Status.success) {
    return err(statusError(attempt, last?.header.status ?? Status.fileClosed));
  }
  const [first] = replies;
  const checked = finish.check === undefined || first === undefined ? ok(null) : finish.check(first);
  if (checked.isErr()) return err(checked.error);
  return decodeCloseResponse(last.message).mapErr((fault) => malformed(attempt, fault));
}

async function oneByOne(
  { tree }: ShareContext,
  { attempt, fileId, steps, signal }: Finish,
): Promise<Result<readonly Reply[], SmbError>> {
  const replies: Reply[] = [];
  for (const step of steps) {
    const replied = await tree.request(requestOf(step, fileId), {
      attempt,
      ...(signal === undefined ? {} : { signal }),
    });
    if (replied.isErr()) {
      closeQuietly(tree, fileId);
      return err(replied.error);
    }
    replies.push(replied.value);
    if (replied.value.header.status !== Status.success) return ok(replies);
  }
  const progress = { isSent: false };
  const closed = await tree.request(requestOf(CLOSE_STEP, fileId), {
    attempt,
    ...(signal === undefined ? {} : { signal }),
    sent: () => (progress.isSent = true),
  });
  if (closed.isErr() && !progress.isSent) closeQuietly(tree, fileId);
  return closed.map((reply) => [...replies, reply]);
}

function isClosedBy(replies: readonly Reply[], steps: number): boolean {
  return replies[steps - 1]?.header.status === Status.success;
}

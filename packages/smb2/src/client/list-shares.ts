import { err, ok, type Result } from 'neverthrow';
import { attemptError, malformed, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import {
  decodeRpcBindAck,
  decodeRpcResponse,
  encodeRpcBind,
  encodeRpcRequest,
  rpcLength,
} from '../rpc/rpc-pdu.js';
import {
  decodeShareList,
  encodeShareListRequest,
  SHARE_LIST_OPERATION,
  SRVSVC,
  type ShareInfo,
} from '../rpc/share-list.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { Command } from '../wire/command.js';
import type { FileId } from '../wire/file-id.js';
import { ControlCode, decodeIoctlResponse, encodeIoctlRequest } from '../wire/ioctl.js';
import { Access, Disposition } from '../wire/open-options.js';
import { decodeReadResponse } from '../wire/read.js';
import type { CallOptions } from './connect-options.js';
import { createRequest, readStep } from './file-steps.js';
import { closeQuietly, requestOf, runSteps } from './run-steps.js';
import type { ShareContext } from './share-context.js';

/** The share on which a server offers its pipes. */
export const PIPES = 'IPC$';

const PIPE = 'srvsvc';
const PIPE_ACCESS =
  Access.readData |
  Access.writeData |
  Access.appendData |
  Access.readExtended |
  Access.writeExtended |
  Access.readAttributes |
  Access.writeAttributes |
  Access.readControl |
  Access.synchronize;
/** What one answer of a pipe brings at most. */
const AT_ONCE = 16 * 1024;
/** More than the list of any server; one that goes on and on is not heard out. */
const LONGEST_LIST = 4 * 1024 * 1024;

const ATTEMPT: Attempt = { operation: 'list the shares' };

/** The shares of a server, by NetrShareEnum (MS-SRVS 3.1.4.8) on a pipe of the connected {@link PIPES}. */
export async function listShares(
  context: ShareContext,
  host: string,
  { signal }: CallOptions,
): Promise<Result<readonly ShareInfo[], SmbError>> {
  const opened = await runSteps(context, {
    attempt: ATTEMPT,
    create: createRequest(PIPE, PIPE_ACCESS, Disposition.open, 0, { contexts: [] }),
    steps: [],
    end: 'keep',
    ...(signal === undefined ? {} : { signal }),
  });
  if (opened.isErr()) return err(opened.error);
  const { fileId } = opened.value.created;
  const pipe = new Pipe(context, fileId, signal);
  const listed = await askForShares(pipe, host);
  closeQuietly(context.tree, fileId);
  return listed;
}

async function askForShares(pipe: Pipe, host: string): Promise<Result<readonly ShareInfo[], SmbError>> {
  const bound = await pipe.transceive(encodeRpcBind(SRVSVC));
  const accepted = bound.andThen((bytes) =>
    decodeRpcBindAck(bytes).mapErr((fault) => malformed(ATTEMPT, fault)),
  );
  if (accepted.isErr()) return err(accepted.error);
  const asked = await pipe.transceive(encodeRpcRequest(SHARE_LIST_OPERATION, encodeShareListRequest(host)));
  if (asked.isErr()) return err(asked.error);
  const stubs: Buffer[] = [];
  let bytes = asked.value;
  for (let total = 0; ;) {
    const whole = await fillFragment(pipe, bytes);
    if (whole.isErr()) return err(whole.error);
    const fragment = decodeRpcResponse(whole.value).mapErr((fault) => malformed(ATTEMPT, fault));
    if (fragment.isErr()) return err(fragment.error);
    const { length, stub, isLast } = fragment.value;
    stubs.push(stub);
    total += length;
    if (isLast) break;
    if (total > LONGEST_LIST) return err(attemptError('protocol', ATTEMPT, 'the list does not end'));
    bytes = whole.value.subarray(length);
  }
  return decodeShareList(Buffer.concat(stubs)).mapErr((fault) => malformed(ATTEMPT, fault));
}

/** Reads on until the fragment that `bytes` begin with is whole. */
async function fillFragment(pipe: Pipe, bytes: Buffer): Promise<Result<Buffer, SmbError>> {
  let filled = bytes;
  while (filled.length < rpcLength(filled)) {
    const more = await pipe.read();
    if (more.isErr()) return err(more.error);
    if (more.value.length === 0) return err(attemptError('protocol', ATTEMPT, 'the list breaks off'));
    filled = Buffer.concat([filled, more.value]);
  }
  return ok(filled);
}

/** A pipe that is open. What does not fit in one answer comes with the next read. */
class Pipe {
  readonly #context: ShareContext;
  readonly #fileId: FileId;
  readonly #signal: AbortSignal | undefined;

  constructor(context: ShareContext, fileId: FileId, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#fileId = fileId;
    this.#signal = signal;
  }

  transceive(input: Buffer): Promise<Result<Buffer, SmbError>> {
    const controlCode = ControlCode.pipeTransceive;
    const body = encodeIoctlRequest({ controlCode, fileId: this.#fileId, input, maxOutput: AT_ONCE });
    return this.#ask({ command: Command.ioctl, body, answerSize: AT_ONCE }, (message) =>
      decodeIoctlResponse(message).map(({ output }) => output),
    );
  }

  read(): Promise<Result<Buffer, SmbError>> {
    return this.#ask(requestOf(readStep(0, AT_ONCE), this.#fileId), decodeReadResponse);
  }

  async #ask(
    request: Parameters<ShareContext['tree']['request']>[0],
    decode: typeof decodeReadResponse,
  ): Promise<Result<Buffer, SmbError>> {
    const aborts = this.#signal === undefined ? {} : { signal: this.#signal };
    const replied = await this.#context.tree.request(request, { attempt: ATTEMPT, ...aborts });
    return replied.andThen(({ header, message }) =>
      header.status === Status.success || header.status === Status.bufferOverflow
        ? decode(message).mapErr((fault) => malformed(ATTEMPT, fault))
        : err(statusError(ATTEMPT, header.status)),
    );
  }
}

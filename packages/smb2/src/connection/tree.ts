import { err, ok, type Result } from 'neverthrow';
import { attemptError, malformed, unencodable, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { Command } from '../wire/command.js';
import { Dialect } from '../wire/dialect.js';
import { encodeEmptyBody } from '../wire/empty-body.js';
import {
  decodeTreeConnectResponse,
  encodeTreeConnectRequest,
  ShareFlag,
  ShareType,
  type TreeConnectResponse,
} from '../wire/tree-connect.js';
import type { Connection } from './connection.js';
import type { Negotiated } from './negotiate.js';
import type { CallOptions, Reply, Request } from './request.js';

export interface TreeOptions {
  readonly host: string;
  readonly share: string;
  /** What it has to be: `pipe` is the share on which a server offers its pipes. */
  readonly kind: 'disk' | 'pipe';
  readonly signal?: AbortSignal;
}

/** A share that is connected to: everything on files goes through one. */
export class Tree {
  readonly connection: Connection;
  readonly id: number;
  /** What this user may do in the share at most, as access bits. */
  readonly maximalAccess: number;
  /** Whether the share demands encryption. */
  readonly sealed: boolean;

  constructor(
    connection: Connection,
    id: number,
    { maximalAccess, sealed }: Pick<Tree, 'maximalAccess' | 'sealed'>,
  ) {
    this.connection = connection;
    this.id = id;
    this.maximalAccess = maximalAccess;
    this.sealed = sealed;
  }

  call(requests: readonly Request[], options: CallOptions): Promise<Result<readonly Reply[], SmbError>> {
    return this.connection.call(requests, { ...options, treeId: this.id, seal: this.sealed });
  }

  request(request: Request, options: CallOptions): Promise<Result<Reply, SmbError>> {
    return this.connection.request(request, { ...options, treeId: this.id, seal: this.sealed });
  }

  /** Leaves the share (MS-SMB2 3.2.4.22): the server closes what is open through it. */
  async disconnect(attempt: Attempt, signal?: AbortSignal): Promise<Result<null, SmbError>> {
    const request = { command: Command.treeDisconnect, body: encodeEmptyBody() };
    const left = await this.request(request, { attempt, ...(signal === undefined ? {} : { signal }) });
    return left.andThen(({ header }) =>
      header.status === Status.success ? ok(null) : err(statusError(attempt, header.status)),
    );
  }
}

/** Connects to a share (MS-SMB2 3.2.4.2.4, 3.2.5.5). */
export async function connectTree(
  connection: Connection,
  negotiated: Negotiated,
  { host, share, kind, signal }: TreeOptions,
): Promise<Result<Tree, SmbError>> {
  const attempt: Attempt = { operation: 'connect to share', path: share };
  const body = encodeTreeConnectRequest(`\\\\${host}\\${share}`).mapErr((fault) =>
    unencodable(attempt, fault),
  );
  if (body.isErr()) return err(body.error);
  const answered = await connection.request(
    { command: Command.treeConnect, body: body.value },
    // Proof in 3.1.1 that nobody has changed what was agreed on (MS-SMB2 3.2.4.1.1).
    {
      attempt,
      sign: negotiated.dialect === Dialect.smb311,
      ...(signal === undefined ? {} : { signal }),
      late: ([reply]) => {
        if (reply?.header.status === Status.success) leaveQuietly(connection, reply);
      },
    },
  );
  return answered.andThen((reply) => {
    const { header, message } = reply;
    if (header.status !== Status.success) return err(statusError(attempt, header.status));
    return decodeTreeConnectResponse(message)
      .mapErr((fault) => malformed(attempt, fault))
      .andThen((response) => checkShare(connection, attempt, kind, response))
      .map((share) => new Tree(connection, header.treeId, share))
      .orTee(() => leaveQuietly(connection, reply));
  });
}

/** Leaves a share that nobody is to use: after an abort, or because it is of the wrong kind. */
function leaveQuietly(connection: Connection, { header, message }: Reply): void {
  const sealed = decodeTreeConnectResponse(message).map(isSealed).unwrapOr(false);
  const tree = new Tree(connection, header.treeId, { maximalAccess: 0, sealed });
  // There is nobody to tell: the caller has the error that led here.
  void tree.disconnect({ operation: 'leave' }).then((left) => left.unwrapOr(null));
}

function checkShare(
  connection: Connection,
  attempt: Attempt,
  kind: TreeOptions['kind'],
  response: TreeConnectResponse,
): Result<Pick<Tree, 'maximalAccess' | 'sealed'>, SmbError> {
  const { shareType, maximalAccess } = response;
  if (shareType !== ShareType[kind]) {
    const problem = kind === 'disk' ? 'it is a printer or a pipe, and holds no files' : 'it has no pipes';
    return err(attemptError('unsupported', attempt, problem));
  }
  const sealed = isSealed(response);
  if (sealed && connection.protection.sealer === null) {
    return err(
      attemptError('insecure', attempt, 'the share demands encryption, and none was agreed on', {
        hint: 'allow encryption here, and sign in with a user and SMB 3',
      }),
    );
  }
  return ok({ maximalAccess, sealed });
}

function isSealed({ shareFlags }: TreeConnectResponse): boolean {
  return (shareFlags & ShareFlag.encryptData) !== 0;
}

import { err, ok, type Result } from 'neverthrow';
import type { Identity } from '../auth/identity.js';
import { Connection } from '../connection/connection.js';
import { faultError } from '../connection/fault.js';
import { negotiate, type Negotiated } from '../connection/negotiate.js';
import type { SecurityPolicy } from '../connection/policy.js';
import { REAL_SEAMS, type Seams } from '../connection/seams.js';
import { signIn, type SignedInAs } from '../connection/session.js';
import { connectTree, type Tree } from '../connection/tree.js';
import { validateNegotiation } from '../connection/validate-negotiation.js';
import { attemptError, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import type { ShareInfo } from '../rpc/share-list.js';
import { Secret } from '../secret/secret.js';
import { Command } from '../wire/command.js';
import { Dialect } from '../wire/dialect.js';
import { encodeEmptyBody } from '../wire/empty-body.js';
import { Cipher, SigningAlgorithm } from '../wire/negotiate-context.js';
import { checkOptions } from './check-options.js';
import type { CallOptions, ConnectOptions, SmbTimeouts, SmbVersion } from './connect-options.js';
import { listShares, PIPES } from './list-shares.js';
import type { ShareContext } from './share-context.js';
import { SmbShare } from './smb-share.js';
import { unlessAborted } from './unless-aborted.js';

/** What client and server have agreed on. */
export interface SessionInfo {
  readonly version: SmbVersion;
  readonly signedInAs: SignedInAs;
  /** How requests are signed; null where only what demands it is signed, or nothing. */
  readonly signing: 'AES-128-GMAC' | 'AES-128-CMAC' | 'HMAC-SHA256' | null;
  /** What the session encrypts everything with; null where it does not, though single shares may. */
  readonly encryption: CipherName | null;
  /** What a share that demands encryption is encrypted with; null without. */
  readonly cipher: CipherName | null;
  /** The server's clock when it was asked, in nanoseconds since 1970. */
  readonly serverTime: bigint | null;
  /** The most content of one request, in bytes. */
  readonly maxRead: number;
  readonly maxWrite: number;
}

/** What can encrypt (MS-SMB2 2.2.3.1.2), the one that is liked best first. */
export type CipherName = 'AES-128-GCM' | 'AES-256-GCM' | 'AES-128-CCM' | 'AES-256-CCM';

const DIALECTS: Readonly<Record<SmbVersion, Dialect>> = {
  '2.1': Dialect.smb210,
  '3.0': Dialect.smb300,
  '3.0.2': Dialect.smb302,
  '3.1.1': Dialect.smb311,
};

const SIGNING_NAMES = {
  [SigningAlgorithm.hmacSha256]: 'HMAC-SHA256',
  [SigningAlgorithm.aesCmac]: 'AES-128-CMAC',
  [SigningAlgorithm.aesGmac]: 'AES-128-GMAC',
} as const;

const CIPHER_NAMES = {
  [Cipher.aes128Ccm]: 'AES-128-CCM',
  [Cipher.aes128Gcm]: 'AES-128-GCM',
  [Cipher.aes256Ccm]: 'AES-256-CCM',
  [Cipher.aes256Gcm]: 'AES-256-GCM',
} as const;

const DEFAULT_PORT = 445;
const DEFAULT_REQUEST_SIZE = 1024 * 1024;
const DEFAULT_TIMEOUTS = { connect: 15_000, silence: 30_000, answer: 120_000 };
/** How long the server may take to say goodbye, in milliseconds. */
const FAREWELL = 2000;
const CONNECT: Attempt = { operation: 'connect' };

/**
 * A client that is signed in to one server over one connection. It does not connect again by itself: when the
 * connection ends, everything fails with `retry` telling whether a new client may fare better.
 *
 * @example
 * const connected = await SmbClient.connect({ host: 'nas.local', user: 'me', password: 'secret' });
 * if (connected.isErr()) throw new Error(connected.error.message);
 * const client = connected.value;
 * console.log(client.info.version, client.info.signing);
 * await client.close();
 */
export class SmbClient {
  readonly host: string;
  readonly info: SessionInfo;
  readonly #connection: Connection;
  readonly #negotiated: Negotiated;
  readonly #habits: Pick<ShareContext, 'compounds' | 'requestSize'>;
  #validated: Promise<Result<null, SmbError>> | null = null;

  private constructor(made: Made) {
    const { options, connection, negotiated, signedInAs } = made;
    this.host = options.host;
    this.info = sessionInfo(connection, negotiated, signedInAs);
    this.#connection = connection;
    this.#negotiated = negotiated;
    const { compounds = true, requestSize = DEFAULT_REQUEST_SIZE } = options;
    this.#habits = { compounds, requestSize };
  }

  /**
   * Connects to a server, agrees on how to protect what follows (MS-SMB2 3.2.4.2.2), and signs in (3.2.4.2.3). An option
   * that there is not is `invalid`. A server that has only what this client has not is `unsupported`: SMB1, Kerberos.
   */
  static connect(options: ConnectOptions): Promise<Result<SmbClient, SmbError>> {
    return SmbClient.connectWith(options, REAL_SEAMS);
  }

  /** @internal As `connect`, with a clock and randomness of the caller's. */
  static async connectWith(options: ConnectOptions, seams: Seams): Promise<Result<SmbClient, SmbError>> {
    const identity = checkOptions(options).andThen(() => identityOf(options));
    if (identity.isErr()) return err(identity.error);
    const { host, port = DEFAULT_PORT, timeouts = {}, signal } = options;
    const limits = limitsOf(timeouts);
    const aborts = signal === undefined ? {} : { signal };
    const opened = await Connection.open({ host, port, timeout: limits.connect, limits, ...aborts }, seams);
    if (opened.isErr()) {
      const attempt = { operation: `connect to ${host}:${port}` };
      return err(faultError(attempt, opened.error));
    }
    const connection = opened.value;
    const made = await introduce(connection, options, identity.value, seams);
    if (made.isErr()) {
      await connection.close(null, 0);
      return err(made.error);
    }
    return ok(new SmbClient(made.value));
  }

  /** @internal The number of a client's session; 0 for none. */
  static sessionOf(client: SmbClient | undefined): bigint {
    return client === undefined ? 0n : client.#connection.sessionId;
  }

  /** False after `close`, and after the connection was lost. */
  get connected(): boolean {
    return this.#connection.fault === null;
  }

  /**
   * Connects to a share (MS-SMB2 3.2.4.2.4). Shares of one client share its connection, and a share may be connected to
   * more than once.
   *
   * @example
   * const files = await client.share('documents');
   * if (files.isErr()) console.error(files.error.kind, files.error.hint);
   */
  async share(name: string, options: CallOptions = {}): Promise<Result<SmbShare, SmbError>> {
    const attempt: Attempt = { operation: 'connect to share', path: name };
    if (name === '' || /[\\/]/.test(name)) {
      return err(attemptError('invalid', attempt, 'the name of a share is one name, without a slash'));
    }
    const context = await this.#connectTo(attempt, name, 'disk', options);
    return context.map((connected) => new SmbShare(name, connected));
  }

  /**
   * The shares that the server lists for this user (MS-SRVS 3.1.4.8), its own such as `IPC$` with them; hidden ones may
   * be missing.
   *
   * @example
   * const shares = (await client.shares()).unwrapOr([]);
   * console.log(shares.filter(({ kind }) => kind === 'disk').map(({ name }) => name));
   */
  async shares(options: CallOptions = {}): Promise<Result<readonly ShareInfo[], SmbError>> {
    const attempt: Attempt = { operation: 'list the shares' };
    const context = await this.#connectTo(attempt, PIPES, 'pipe', options);
    if (context.isErr()) return err(context.error);
    const listed = await listShares(context.value, this.host, options);
    const left = await context.value.tree.disconnect(attempt, options.signal);
    return listed.andThen((shares) => left.map(() => shares));
  }

  /** Asks the server for a sign of life (MS-SMB2 2.2.28). */
  async echo(options: CallOptions = {}): Promise<Result<null, SmbError>> {
    const request = { command: Command.echo, body: encodeEmptyBody() };
    const { signal } = options;
    const answered = await this.#connection.request(request, {
      attempt: { operation: 'ask for a sign of life' },
      ...(signal === undefined ? {} : { signal }),
    });
    return answered.map(() => null);
  }

  /**
   * Signs off (MS-SMB2 2.2.7) and closes the connection; the server closes what is open. What is under way fails. Never
   * fails itself, and waits 2 s for the server at most.
   */
  async close(): Promise<void> {
    await this.#connection.close({ command: Command.logoff, body: encodeEmptyBody() }, FAREWELL);
  }

  /** `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #connectTo(
    attempt: Attempt,
    share: string,
    kind: 'disk' | 'pipe',
    { signal }: CallOptions,
  ): Promise<Result<ShareContext, SmbError>> {
    const aborts = signal === undefined ? {} : { signal };
    const negotiated = this.#negotiated;
    const connected = await connectTree(this.#connection, negotiated, {
      host: this.host,
      share,
      kind,
      ...aborts,
    });
    if (connected.isErr()) return err(connected.error);
    const tree = connected.value;
    const validated = await unlessAborted(attempt, this.#validate(tree), signal);
    if (validated.isOk()) return ok({ tree, negotiated, ...this.#habits });
    void tree.disconnect(attempt).then((left) => left.unwrapOr(null));
    return err(validated.error);
  }

  /** Done once for the connection: by whoever comes first to a share, and all others wait for it. */
  #validate(tree: Tree): Promise<Result<null, SmbError>> {
    return (this.#validated ??= validateNegotiation(tree, this.#negotiated).then(async (validated) => {
      if (validated.isOk()) return validated;
      // Nothing is to be said on a connection that somebody else has a hand in; and one that failed may be tried again.
      if (validated.error.kind === 'insecure') await this.#connection.close(null, 0);
      this.#validated = null;
      return validated;
    }));
  }
}

interface Made {
  readonly options: ConnectOptions;
  readonly connection: Connection;
  readonly negotiated: Negotiated;
  readonly signedInAs: SignedInAs;
}

async function introduce(
  connection: Connection,
  options: ConnectOptions,
  identity: Identity,
  seams: Seams,
): Promise<Result<Made, SmbError>> {
  const { host, versions, previous, signal } = options;
  const policy = policyOf(options);
  const aborts = signal === undefined ? {} : { signal };
  const negotiated = await negotiate(
    connection,
    {
      host,
      dialects:
        versions === undefined ? Object.values(DIALECTS) : versions.map((version) => DIALECTS[version]),
      requiresSigning: policy.signing === 'required',
      offersEncryption: policy.encryption !== 'off',
      ...aborts,
    },
    seams,
  );
  if (negotiated.isErr()) return err(negotiated.error);
  const signedIn = await signIn(
    connection,
    negotiated.value,
    { host, identity, policy, previousSession: SmbClient.sessionOf(previous), ...aborts },
    seams,
  );
  return signedIn.map((signedInAs) => ({ options, connection, negotiated: negotiated.value, signedInAs }));
}

function limitsOf({ connect, silence, answer }: SmbTimeouts): Required<SmbTimeouts> {
  return {
    connect: connect ?? DEFAULT_TIMEOUTS.connect,
    silence: silence ?? DEFAULT_TIMEOUTS.silence,
    answer: answer ?? DEFAULT_TIMEOUTS.answer,
  };
}

function identityOf(options: ConnectOptions): Result<Identity, SmbError> {
  const { user, password, domain = '', anonymous = false } = options;
  const invalid = (problem: string): Result<never, SmbError> =>
    err(attemptError('invalid', CONNECT, problem));
  if (anonymous) {
    return user === undefined && password === undefined
      ? ok({ kind: 'anonymous' })
      : invalid('it is either a user or anonymous');
  }
  if (user === undefined || user === '') return invalid('there is no user to sign in with');
  const secret = password instanceof Secret ? password : Secret.ofPassword(password ?? '');
  return ok({ kind: 'password', user, domain, password: secret });
}

function policyOf({ signing, encryption, allowGuest }: ConnectOptions): SecurityPolicy {
  return {
    signing: signing ?? 'required',
    encryption: encryption ?? 'if-required',
    allowsGuest: allowGuest ?? false,
  };
}

function sessionInfo(
  { protection }: Connection,
  negotiated: Negotiated,
  signedInAs: SignedInAs,
): SessionInfo {
  const { dialect, cipher, signing, response, maxRead, maxWrite } = negotiated;
  const version =
    (Object.keys(DIALECTS) as SmbVersion[]).find((each) => DIALECTS[each] === dialect) ?? '3.1.1';
  const cipherName = cipher === null || protection.sealer === null ? null : CIPHER_NAMES[cipher];
  return {
    version,
    signedInAs,
    signing: protection.signsAll ? SIGNING_NAMES[signing] : null,
    encryption: protection.sealsAll ? cipherName : null,
    cipher: cipherName,
    serverTime: response.systemTime,
    maxRead,
    maxWrite,
  };
}

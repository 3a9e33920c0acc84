import { err, ok, type Result } from 'neverthrow';
import { authError } from '../auth/auth-fault.js';
import type { Identity } from '../auth/identity.js';
import { beginSignIn, type SignInAnswer, type SignInStart } from '../auth/sign-in.js';
import { hasValidSignature } from '../crypto/message-signature.js';
import { extendPreauthHash } from '../crypto/preauth-hash.js';
import { Sealer } from '../crypto/sealer.js';
import { deriveSessionKeys, type SessionKeys } from '../crypto/session-keys.js';
import { createSigner, type Signer } from '../crypto/signer.js';
import { attemptError, malformed, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import type { Secret } from '../secret/secret.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { Command } from '../wire/command.js';
import { Dialect } from '../wire/dialect.js';
import { HeaderFlag } from '../wire/header.js';
import {
  decodeSessionSetupResponse,
  encodeSessionSetupRequest,
  SessionFlag,
  type SessionSetupResponse,
} from '../wire/session-setup.js';
import type { Connection } from './connection.js';
import { faultError, insecureFault } from './fault.js';
import type { Negotiated } from './negotiate.js';
import type { SecurityPolicy } from './policy.js';
import { UNPROTECTED, type Protection } from './protection.js';
import type { Reply } from './request.js';
import type { Seams } from './seams.js';

export interface SessionOptions {
  readonly host: string;
  readonly identity: Identity;
  readonly policy: SecurityPolicy;
  /** The number of a session that this one takes the place of; 0 for none. */
  readonly previousSession: bigint;
  readonly signal?: AbortSignal;
}

/** As whom the server has let the client in. */
export type SignedInAs = 'user' | 'guest' | 'anonymous';

const ATTEMPT: Attempt = { operation: 'sign in' };

/** Signs in (MS-SMB2 3.2.4.2.3, 3.2.5.3): from then on the connection protects all it carries by the policy. */
export async function signIn(
  connection: Connection,
  negotiated: Negotiated,
  options: SessionOptions,
  seams: Seams,
): Promise<Result<SignedInAs, SmbError>> {
  const started = start(negotiated, options, seams);
  if (started.isErr()) return err(started.error);
  const setup = new Setup(connection, negotiated, options);

  const challenged = await setup.exchange(started.value.token);
  if (challenged.isErr()) return err(challenged.error);
  const answered = answer(connection, started.value, challenged.value);
  if (answered.isErr()) return err(answered.error);

  const welcomed = await setup.exchange(answered.value.token);
  if (welcomed.isErr()) return err(welcomed.error);
  return finish(welcomed.value, answered.value).andThen((response) => {
    const identified = identify(response, options);
    if (identified.isErr()) return err(identified.error);
    const keys = setup.keys(answered.value.sessionKey);
    const protection = protect({ connection, negotiated, options, response, keys, as: identified.value });
    return protection.andThen((agreed) => {
      const proved = checkWelcome(welcomed.value, negotiated, agreed);
      if (proved.isErr()) return err(proved.error);
      connection.protection = agreed;
      return ok(identified.value);
    });
  });
}

function start(
  { response }: Negotiated,
  { host, identity }: SessionOptions,
  { wallClock, random }: Seams,
): Result<SignInStart, SmbError> {
  const context = { identity, target: `cifs/${host}`, workstation: '', now: wallClock(), random };
  return beginSignIn(context, response.securityBuffer).mapErr((fault) => authError(ATTEMPT, fault));
}

/** The SESSION_SETUP requests of one session, and the hash over them. */
class Setup {
  readonly #connection: Connection;
  readonly #negotiated: Negotiated;
  readonly #previousSession: bigint;
  readonly #signal: AbortSignal | undefined;
  #hash: Buffer;

  constructor(connection: Connection, negotiated: Negotiated, { previousSession, signal }: SessionOptions) {
    this.#connection = connection;
    this.#negotiated = negotiated;
    this.#previousSession = previousSession;
    this.#signal = signal;
    this.#hash = negotiated.preauthHash;
  }

  async exchange(token: Buffer): Promise<Result<Reply, SmbError>> {
    const { securityMode } = this.#negotiated.request;
    const body = encodeSessionSetupRequest({
      securityMode,
      capabilities: 0,
      previousSession: this.#previousSession,
      securityBuffer: token,
    });
    const answered = await this.#connection.request(
      { command: Command.sessionSetup, body },
      {
        attempt: ATTEMPT,
        sent: (pieces) => (this.#hash = extendPreauthHash(this.#hash, pieces)),
        ...(this.#signal === undefined ? {} : { signal: this.#signal }),
      },
    );
    return answered.map((reply) => {
      // The last response is signed with the key that comes of the hash, and so is not in it.
      if (reply.header.status === Status.moreProcessingRequired) {
        this.#hash = extendPreauthHash(this.#hash, [reply.message]);
      }
      return reply;
    });
  }

  keys(sessionKey: Secret): SessionKeys {
    const { dialect, cipher } = this.#negotiated;
    return deriveSessionKeys({ dialect, cipher, sessionKey, preauthHash: this.#hash });
  }
}

function answer(connection: Connection, started: SignInStart, reply: Reply): Result<SignInAnswer, SmbError> {
  const { status, sessionId } = reply.header;
  if (status === Status.success) {
    return err(attemptError('protocol', ATTEMPT, 'the server asks for no proof of the password'));
  }
  if (status !== Status.moreProcessingRequired) return err(statusError(ATTEMPT, status));
  connection.sessionId = sessionId;
  return decode(reply).andThen(({ securityBuffer }) =>
    started.answer(securityBuffer).mapErr((fault) => authError(ATTEMPT, fault)),
  );
}

function finish(reply: Reply, answered: SignInAnswer): Result<SessionSetupResponse, SmbError> {
  const { status } = reply.header;
  if (status === Status.moreProcessingRequired) {
    return err(
      attemptError('sign-in', ATTEMPT, 'the server is not content with the answer and wants another'),
    );
  }
  if (status !== Status.success) return err(statusError(ATTEMPT, status));
  return decode(reply).andThen((response) =>
    // A guest is let in by whatever password, so the server proves nothing.
    (response.sessionFlags & (SessionFlag.guest | SessionFlag.anonymous)) !== 0
      ? ok(response)
      : answered
          .finish(response.securityBuffer)
          .mapErr((fault) => authError(ATTEMPT, fault))
          .map(() => response),
  );
}

function decode({ message }: Reply): Result<SessionSetupResponse, SmbError> {
  return decodeSessionSetupResponse(message).mapErr((fault) => malformed(ATTEMPT, fault));
}

function identify(
  { sessionFlags }: SessionSetupResponse,
  { identity, policy }: SessionOptions,
): Result<SignedInAs, SmbError> {
  if (identity.kind === 'anonymous') return ok('anonymous');
  if ((sessionFlags & (SessionFlag.guest | SessionFlag.anonymous)) === 0) return ok('user');
  if (policy.allowsGuest) return ok('guest');
  return err(
    attemptError('sign-in', ATTEMPT, 'the server lets this user in as a guest only', {
      hint: 'the server does not know the user, or the password is wrong; guests have to be allowed explicitly',
    }),
  );
}

interface Agreement {
  readonly connection: Connection;
  readonly negotiated: Negotiated;
  readonly options: SessionOptions;
  readonly response: SessionSetupResponse;
  readonly keys: SessionKeys;
  readonly as: SignedInAs;
}

function protect(agreement: Agreement): Result<Protection, SmbError> {
  const { negotiated, options, response, keys, as } = agreement;
  const { signing, encryption } = options.policy;
  if (as !== 'user') {
    if (signing !== 'required' && encryption !== 'required') return ok(UNPROTECTED);
    return err(
      attemptError('insecure', ATTEMPT, `a session as ${as} can be neither signed nor encrypted`, {
        hint: 'sign in with user and password, or give signing and encryption up explicitly',
      }),
    );
  }
  const sealer = makeSealer(agreement);
  const demanded = (response.sessionFlags & SessionFlag.encrypted) !== 0;
  if (sealer === null && (encryption === 'required' || demanded)) {
    return err(noEncryption(encryption, demanded));
  }
  const signer = createSigner(negotiated.signing, keys.signing);
  const signsAll =
    signing === 'required' ||
    negotiated.serverRequiresSigning ||
    (signing === 'if-offered' && negotiated.serverOffersSigning);
  const sealsAll = sealer !== null && (encryption === 'required' || encryption === 'if-offered' || demanded);
  return ok({ signer, sealer, signsAll, sealsAll });
}

function makeSealer({ connection, negotiated, keys }: Agreement): Sealer | null {
  const { cipher } = negotiated;
  const { encryption, decryption } = keys;
  if (cipher === null || encryption === null || decryption === null) return null;
  return new Sealer({ cipher, sessionId: connection.sessionId, encryption, decryption });
}

function noEncryption(encryption: SecurityPolicy['encryption'], demanded: boolean): SmbError {
  if (encryption === 'off' && demanded) {
    return attemptError('insecure', ATTEMPT, 'the server demands encryption, and it is switched off here');
  }
  return attemptError('insecure', ATTEMPT, 'the server offers no encryption that this client has', {
    hint: 'SMB 3 has encryption: switch it on at the server, or do without it explicitly',
  });
}

/** The last reply is signed in 3.x, and in 2.1 where signing is agreed on: proof that the server has the key. */
function checkWelcome(
  { header, message }: Reply,
  { dialect }: Negotiated,
  { signer, signsAll }: Protection,
): Result<Signer | null, SmbError> {
  if (signer === null) return ok(null);
  if ((header.flags & HeaderFlag.signed) === 0) {
    if (dialect === Dialect.smb210 && !signsAll) return ok(null);
    return err(faultError(ATTEMPT, insecureFault('the server does not sign that it lets the user in')));
  }
  if (hasValidSignature(signer, message)) return ok(signer);
  return err(
    faultError(
      ATTEMPT,
      insecureFault('the server does not prove that it knows the password: its signature is wrong'),
    ),
  );
}

import { err, ok, type Result } from 'neverthrow';
import { extendPreauthHash, PREAUTH_START } from '../crypto/preauth-hash.js';
import { defaultSigning } from '../crypto/signer.js';
import type { Attempt } from '../error/attempt-error.js';
import { attemptError, malformed } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { Command } from '../wire/command.js';
import { Dialect, dialectName, isDialect } from '../wire/dialect.js';
import { Cipher, PreauthHash, SigningAlgorithm, type NegotiateContext } from '../wire/negotiate-context.js';
import {
  Capability,
  decodeNegotiateResponse,
  encodeNegotiateRequest,
  SecurityMode,
  type NegotiateRequest,
  type NegotiateResponse,
} from '../wire/negotiate.js';
import type { Connection } from './connection.js';
import { faultError, insecureFault, protocolFault } from './fault.js';
import type { Reply } from './request.js';
import type { Seams } from './seams.js';

export interface NegotiateOptions {
  readonly host: string;
  readonly dialects: readonly Dialect[];
  readonly requiresSigning: boolean;
  readonly offersEncryption: boolean;
  readonly signal?: AbortSignal;
}

/** What client and server have agreed on. */
export interface Negotiated {
  readonly dialect: Dialect;
  /** What was asked, which 2.1 and 3.0 ask once more, signed. */
  readonly request: NegotiateRequest;
  readonly response: NegotiateResponse;
  /** Null where there is no encryption. */
  readonly cipher: Cipher | null;
  readonly signing: SigningAlgorithm;
  readonly serverRequiresSigning: boolean;
  readonly serverOffersSigning: boolean;
  /** The most content of one READ, WRITE and of others, in bytes. */
  readonly maxRead: number;
  readonly maxWrite: number;
  readonly maxTransact: number;
  /** The hash of what was said, which the session's goes on from. */
  readonly preauthHash: Buffer;
}

const ATTEMPT: Attempt = { operation: 'agree on a version of SMB' };

const CIPHERS = [Cipher.aes128Gcm, Cipher.aes256Gcm, Cipher.aes128Ccm, Cipher.aes256Ccm];
const SIGNINGS = [SigningAlgorithm.aesGmac, SigningAlgorithm.aesCmac, SigningAlgorithm.hmacSha256];
const SALT_SIZE = 32;
const GUID_SIZE = 16;
/** What every server takes, and all that those without multi-credit requests take. */
const ONE_CREDIT = 65_536;
/** More than this in one request only keeps others waiting. */
const LARGEST = 8 * 1024 * 1024;
/** Less than this no server of these versions offers. */
const SMALLEST = 4096;

/** Agrees with a server on a dialect and on how to protect it (MS-SMB2 3.2.4.2.2.2, 3.2.5.2). */
export async function negotiate(
  connection: Connection,
  options: NegotiateOptions,
  seams: Seams,
): Promise<Result<Negotiated, SmbError>> {
  const request = buildRequest(options, seams);
  let sent: readonly Buffer[] = [];
  const answered = await connection.request(
    { command: Command.negotiate, body: encodeNegotiateRequest(request) },
    {
      attempt: ATTEMPT,
      sent: (pieces) => (sent = pieces),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  return answered
    .mapErr(explainEnd)
    .andThen(readReply)
    .andThen(({ response, message }) => {
      const preauthHash = extendPreauthHash(extendPreauthHash(PREAUTH_START, sent), [message]);
      return agree(request, response, preauthHash);
    })
    .map((negotiated) => {
      const { maxRead, maxWrite, maxTransact } = negotiated;
      const largest = Math.max(maxRead, maxWrite, maxTransact);
      connection.settleLimits({ multiCredit: isMultiCredit(negotiated.response), largest });
      return negotiated;
    });
}

function buildRequest(options: NegotiateOptions, { random }: Seams): NegotiateRequest {
  const { host, dialects, requiresSigning, offersEncryption } = options;
  const encryption: NegotiateContext[] = offersEncryption ? [{ type: 'encryption', ciphers: CIPHERS }] : [];
  return {
    dialects,
    securityMode: SecurityMode.signingEnabled | (requiresSigning ? SecurityMode.signingRequired : 0),
    capabilities: Capability.largeMtu | (offersEncryption ? Capability.encryption : 0),
    clientGuid: random(GUID_SIZE),
    contexts: [
      { type: 'preauth', hashes: [PreauthHash.sha512], salt: random(SALT_SIZE) },
      ...encryption,
      { type: 'signing', algorithms: SIGNINGS },
      { type: 'netname', name: host },
    ],
  };
}

/** A server that only knows SMB1 hangs up without a word. */
function explainEnd(error: SmbError): SmbError {
  if (error.kind === 'protocol')
    return { ...error, hint: 'check host and port: is it an SMB server that listens?' };
  if (error.kind !== 'unreachable') return error;
  return { ...error, hint: 'a server that has SMB1 only ends like this: switch SMB 2 or 3 on there' };
}

function readReply({
  header,
  message,
}: Reply): Result<{ readonly response: NegotiateResponse; readonly message: Buffer }, SmbError> {
  if (header.status === Status.notSupported || header.status === Status.invalidParameter) {
    return err({
      ...statusError(ATTEMPT, header.status),
      kind: 'unsupported',
      hint: 'the server has none of the versions that are asked for; of SMB this client has 2.1 to 3.1.1',
    });
  }
  if (header.status !== Status.success) return err(statusError(ATTEMPT, header.status));
  return decodeNegotiateResponse(message)
    .mapErr((fault) => malformed(ATTEMPT, fault))
    .map((response) => ({ response, message }));
}

function agree(
  request: NegotiateRequest,
  response: NegotiateResponse,
  preauthHash: Buffer,
): Result<Negotiated, SmbError> {
  const { dialect, securityMode } = response;
  if (!isDialect(dialect) || !request.dialects.includes(dialect)) {
    const offered = request.dialects.map(dialectName).join(', ');
    const problem = `the server chose SMB ${dialectName(dialect)}, and ${offered} are offered`;
    return err(attemptError('unsupported', ATTEMPT, problem));
  }
  return agreeOnAlgorithms(request, response, dialect).andThen((algorithms) =>
    agreeOnSizes(response).map((sizes) => ({
      dialect,
      request,
      response,
      ...algorithms,
      ...sizes,
      serverRequiresSigning: (securityMode & SecurityMode.signingRequired) !== 0,
      serverOffersSigning: securityMode !== 0,
      preauthHash,
    })),
  );
}

function agreeOnAlgorithms(
  request: NegotiateRequest,
  response: NegotiateResponse,
  dialect: Dialect,
): Result<Pick<Negotiated, 'cipher' | 'signing'>, SmbError> {
  const signing = defaultSigning(dialect);
  if (dialect !== Dialect.smb311) {
    const encrypts = (request.capabilities & response.capabilities & Capability.encryption) !== 0;
    const cipher = dialect !== Dialect.smb210 && encrypts ? Cipher.aes128Ccm : null;
    return ok({ cipher, signing });
  }
  const told = <T extends NegotiateContext['type']>(
    type: T,
  ): Extract<NegotiateContext, { type: T }> | undefined =>
    response.contexts.find(
      (context): context is Extract<NegotiateContext, { type: T }> => context.type === type,
    );
  if (told('preauth')?.hashes[0] !== PreauthHash.sha512) {
    return err(faultError(ATTEMPT, insecureFault('the server does not protect what is agreed on')));
  }
  const offersEncryption = request.contexts.some(({ type }) => type === 'encryption');
  const cipher = chosen(told('encryption')?.ciphers, offersEncryption ? CIPHERS : [], 'cipher', null);
  return cipher.andThen((cipher) =>
    chosen(told('signing')?.algorithms, SIGNINGS, 'way of signing', signing).map((signing) => ({
      cipher,
      signing,
    })),
  );
}

/** The one thing a server chose of what it was offered; 0 as a cipher, and nothing at all, is none. */
function chosen<T extends number, N>(
  told: readonly number[] | undefined,
  offered: readonly T[],
  what: string,
  none: N,
): Result<T | N, SmbError> {
  const [choice, ...more] = told ?? [];
  if (choice === undefined || (choice === 0 && what === 'cipher')) return ok(none);
  const known = offered.find((each) => each === choice);
  if (known !== undefined && more.length === 0) return ok(known);
  return err(faultError(ATTEMPT, protocolFault(`the server chose a ${what} that it was not offered`)));
}

function agreeOnSizes(
  response: NegotiateResponse,
): Result<Pick<Negotiated, 'maxRead' | 'maxWrite' | 'maxTransact'>, SmbError> {
  const { maxReadSize, maxWriteSize, maxTransactSize } = response;
  if (Math.min(maxReadSize, maxWriteSize, maxTransactSize) < SMALLEST) {
    return err(faultError(ATTEMPT, protocolFault('the server takes no requests of a usable size')));
  }
  const most = isMultiCredit(response) ? LARGEST : ONE_CREDIT;
  return ok({
    maxRead: Math.min(most, maxReadSize),
    maxWrite: Math.min(most, maxWriteSize),
    maxTransact: Math.min(most, maxTransactSize),
  });
}

function isMultiCredit({ capabilities }: NegotiateResponse): boolean {
  return (capabilities & Capability.largeMtu) !== 0;
}

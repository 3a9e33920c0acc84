import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { deriveSessionKeys } from '../../src/crypto/session-keys.js';
import { hasValidSignature } from '../../src/crypto/message-signature.js';
import { extendPreauthHash, PREAUTH_START } from '../../src/crypto/preauth-hash.js';
import { Sealer } from '../../src/crypto/sealer.js';
import { createSigner, defaultSigning, type Signer } from '../../src/crypto/signer.js';
import { Secret } from '../../src/secret/secret.js';
import { Status } from '../../src/status/status.js';
import { Command } from '../../src/wire/command.js';
import { splitCompound } from '../../src/wire/compound.js';
import { Dialect } from '../../src/wire/dialect.js';
import { encodeFramePrefix, FRAME_PREFIX } from '../../src/wire/framing.js';
import { decodeHeader, HeaderFlag, SIGNATURE_OFFSET, type Header } from '../../src/wire/header.js';
import { ControlCode } from '../../src/wire/ioctl.js';
import { Cipher, SigningAlgorithm, type NegotiateContext } from '../../src/wire/negotiate-context.js';
import { encodeValidateResponse, ntlmChallengeToken, ntlmWelcomeToken } from './peer-tokens.js';
import * as say from './responses.js';

/** One message of a client, as the peer has it. */
export interface PeerRequest {
  readonly header: Header;
  readonly message: Buffer;
  readonly sealed: boolean;
}

/** What a script says to a request: `undefined` leaves it to the peer, `null` is silence. */
type PeerAnswer = Buffer | null | undefined;

export interface PeerOptions {
  readonly dialect?: number;
  readonly securityMode?: number;
  readonly capabilities?: number;
  readonly contexts?: readonly NegotiateContext[];
  readonly sessionFlags?: number;
  readonly shareFlags?: number;
  readonly shareType?: number;
  readonly maxIo?: number;
  /** The token of NEGOTIATE: by what it signs users in. */
  readonly offer?: Buffer;
  /** How many credits a reply brings. */
  readonly grant?: (request: PeerRequest) => number;
  /** What VALIDATE_NEGOTIATE_INFO says the dialect was. */
  readonly validatedDialect?: number;
  /** Answers a request in its own way, or does not. */
  readonly script?: (request: PeerRequest, peer: ScriptedPeer) => PeerAnswer;
  /** Changes each frame on its way out, before it is framed. */
  readonly tamper?: (frame: Buffer, request: PeerRequest) => Buffer;
}

/** All the randomness of clients in these tests: so is the key of their sessions. */
export const FIXED_RANDOM = (size: number): Buffer => Buffer.alloc(size, 7);

export const FILE_ID: Buffer = Buffer.alloc(16, 0x42);
const SESSION_ID = 0x1234_5678n;
const TREE_ID = 5;

/**
 * The other side of a connection, made of this package's own layers: by itself a server with one file that holds
 * zeros, and whatever a script makes of it.
 */
export class ScriptedPeer {
  readonly requests: PeerRequest[] = [];
  readonly #options: Required<Pick<PeerOptions, 'dialect' | 'securityMode' | 'capabilities' | 'maxIo'>> &
    PeerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #socket: Socket | null = null;
  #received = Buffer.alloc(0);
  #hash = PREAUTH_START;
  signer: Signer | null = null;
  sealer: Sealer | null = null;
  /** How large the one file is. */
  size = 1000;

  private constructor(options: PeerOptions, server: Server) {
    this.#options = {
      dialect: Dialect.smb311,
      securityMode: 1,
      capabilities: 0x44,
      maxIo: 1 << 20,
      ...options,
    };
    this.#server = server;
  }

  static async start(options: PeerOptions = {}): Promise<ScriptedPeer> {
    const server = createServer();
    const peer = new ScriptedPeer(options, server);
    server.on('connection', (socket) => peer.#serve(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The commands that came, in their order. */
  get commands(): readonly number[] {
    return this.requests.map(({ header }) => header.command);
  }

  async stop(): Promise<void> {
    this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Hangs up when all that was said has gone. */
  hangUpSoon(): void {
    this.#socket?.end();
  }

  /** Sends a message, signed as a reply to `request` has to be. */
  reply(request: PeerRequest, message: Buffer): void {
    this.replyAll(request, [message]);
  }

  /** Sends messages as one frame. */
  replyAll(request: PeerRequest, messages: readonly Buffer[]): void {
    const parts = say.compound(messages);
    if (!request.sealed && this.signer !== null && (request.header.flags & HeaderFlag.signed) !== 0) {
      for (const part of parts) this.sign(part);
    }
    const plain = Buffer.concat(parts);
    const frame = request.sealed && this.sealer !== null ? Buffer.concat(this.sealer.seal([plain])) : plain;
    this.send(this.#options.tamper?.(frame, request) ?? frame);
  }

  sign(message: Buffer): void {
    if (this.signer === null) throw new Error('there is no key');
    message.writeUInt32LE(message.readUInt32LE(16) | HeaderFlag.signed, 16);
    message.fill(0, SIGNATURE_OFFSET, SIGNATURE_OFFSET + 16);
    const header = {
      messageId: message.readBigUInt64LE(24),
      command: message.readUInt16LE(12),
      flags: message.readUInt32LE(16),
    };
    this.signer.sign([message], header).copy(message, SIGNATURE_OFFSET);
  }

  /** Sends a frame as it is. */
  send(frame: Buffer): void {
    this.sendRaw(Buffer.concat([encodeFramePrefix(frame.length), frame]));
  }

  sendRaw(bytes: Buffer): void {
    this.#socket?.write(bytes);
  }

  /** What the peer says by itself. */
  normalAnswer(request: PeerRequest, credits = this.credits(request)): Buffer {
    const { header } = request;
    const answer = (body: Buffer, more: Partial<Header> = {}): Buffer =>
      say.response(header, body, { credits, ...more });
    switch (header.command) {
      case Command.negotiate:
        return answer(this.#negotiateBody());
      case Command.sessionSetup: {
        const first = this.requests.filter((one) => one.header.command === Command.sessionSetup).length === 1;
        return first
          ? answer(say.sessionSetupBody(0, ntlmChallengeToken()), {
              status: Status.moreProcessingRequired,
              sessionId: SESSION_ID,
            })
          : answer(say.sessionSetupBody(this.#options.sessionFlags ?? 0, ntlmWelcomeToken()));
      }
      case Command.treeConnect:
        return answer(say.treeConnectBody(this.#options.shareType ?? 1, this.#options.shareFlags ?? 0), {
          treeId: TREE_ID,
        });
      case Command.create:
        return answer(say.createBody(FILE_ID, this.size));
      case Command.close:
        return answer(say.closeBody(this.size));
      case Command.read: {
        const length = request.message.readUInt32LE(64 + 4);
        const offset = Number(request.message.readBigUInt64LE(64 + 8));
        const left = Math.min(length, this.size - offset);
        if (left <= 0) return answer(say.errorBody(), { status: Status.endOfFile });
        return answer(say.readBody(Buffer.alloc(left)));
      }
      case Command.write:
        return answer(say.writeBody(request.message.readUInt32LE(64 + 4)));
      case Command.setInfo:
        return answer(say.setInfoBody());
      case Command.ioctl:
        return answer(say.ioctlBody(ControlCode.validateNegotiateInfo, this.#validation()));
      case Command.queryDirectory:
        return answer(say.errorBody(), { status: Status.noMoreFiles });
      default:
        return answer(say.emptyBody());
    }
  }

  error(request: PeerRequest, status: number, more: Partial<Header> = {}): Buffer {
    return say.response(request.header, say.errorBody(), { status, credits: this.credits(request), ...more });
  }

  /** STATUS_PENDING, which is not signed. */
  interim(request: PeerRequest, asyncId: bigint, credits = 1): void {
    const { pending } = Status;
    const message = say.response(request.header, say.errorBody(), { status: pending, asyncId, credits });
    this.send(request.sealed && this.sealer !== null ? Buffer.concat(this.sealer.seal([message])) : message);
  }

  credits(request: PeerRequest): number {
    return this.#options.grant?.(request) ?? Math.max(1, request.header.credits);
  }

  #serve(socket: Socket): void {
    this.#socket = socket;
    this.#sockets.add(socket);
    this.#received = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      while (this.#received.length >= FRAME_PREFIX) {
        const length = this.#received.readUInt32BE(0);
        if (this.#received.length < FRAME_PREFIX + length) return;
        const frame = this.#received.subarray(FRAME_PREFIX, FRAME_PREFIX + length);
        this.#received = this.#received.subarray(FRAME_PREFIX + length);
        this.#take(Buffer.from(frame));
      }
    });
  }

  #take(frame: Buffer): void {
    const sealed = frame.readUInt8(0) === 0xfd;
    const whole = sealed ? (this.sealer?.open(frame)._unsafeUnwrap() ?? frame) : frame;
    const answers: Buffer[] = [];
    let last: PeerRequest | null = null;
    for (const message of splitCompound(whole)._unsafeUnwrap()) {
      const request: PeerRequest = { header: decodeHeader(message)._unsafeUnwrap(), message, sealed };
      last = request;
      this.requests.push(request);
      this.#checkSignature(request);
      this.#before(request);
      const scripted = this.#options.script?.(request, this);
      const quiet = request.header.command === Command.cancel;
      const answer = scripted === undefined && !quiet ? this.normalAnswer(request) : scripted;
      if (answer === null || answer === undefined) continue;
      this.#after(request, answer);
      answers.push(answer);
    }
    if (last !== null && answers.length > 0) this.replyAll(last, answers);
  }

  #checkSignature({ header, message }: PeerRequest): void {
    if ((header.flags & HeaderFlag.signed) === 0 || this.signer === null) return;
    if (!hasValidSignature(this.signer, message)) throw new Error('the client signs wrongly');
  }

  #before({ header, message }: PeerRequest): void {
    if (header.command === Command.negotiate) this.#hash = extendPreauthHash(PREAUTH_START, [message]);
    if (header.command !== Command.sessionSetup) return;
    this.#hash = extendPreauthHash(this.#hash, [message]);
    if (header.sessionId === 0n) return;
    const { dialect } = this.#options;
    const { cipher, signing } = this.#chosen();
    const sessionKey = new Secret(FIXED_RANDOM(16));
    const known = dialect as Dialect;
    const keys = deriveSessionKeys({ dialect: known, sessionKey, preauthHash: this.#hash, cipher });
    const guest = ((this.#options.sessionFlags ?? 0) & 3) !== 0;
    this.signer = guest ? null : createSigner(signing, keys.signing);
    if (cipher === null || keys.encryption === null || keys.decryption === null) return;
    this.sealer = new Sealer({
      cipher,
      sessionId: SESSION_ID,
      encryption: keys.decryption,
      decryption: keys.encryption,
    });
  }

  #after({ header }: PeerRequest, answer: Buffer): void {
    const { command } = header;
    const isFirst = command === Command.sessionSetup && header.sessionId === 0n;
    if (command === Command.negotiate || isFirst) this.#hash = extendPreauthHash(this.#hash, [answer]);
    // The server signs that it lets the client in, asked or not.
    if (command === Command.sessionSetup && !isFirst && this.signer !== null) this.sign(answer);
  }

  #chosen(): { readonly cipher: Cipher | null; readonly signing: SigningAlgorithm } {
    const { dialect, capabilities } = this.#options;
    if (dialect !== Dialect.smb311) {
      const cipher = dialect !== Dialect.smb210 && (capabilities & 0x40) !== 0 ? Cipher.aes128Ccm : null;
      return { cipher, signing: defaultSigning(dialect as Dialect) };
    }
    const contexts = this.#contexts();
    const encryption = contexts.find((context) => context.type === 'encryption');
    const signing = contexts.find((context) => context.type === 'signing');
    return {
      cipher: (encryption?.ciphers[0] ?? null) as Cipher | null,
      signing: (signing?.algorithms[0] ?? SigningAlgorithm.aesCmac) as SigningAlgorithm,
    };
  }

  #contexts(): readonly NegotiateContext[] {
    if (this.#options.dialect !== Dialect.smb311) return [];
    return (
      this.#options.contexts ?? [
        { type: 'preauth', hashes: [1], salt: Buffer.alloc(32) },
        { type: 'encryption', ciphers: [Cipher.aes128Gcm] },
        { type: 'signing', algorithms: [SigningAlgorithm.aesGmac] },
      ]
    );
  }

  #negotiateBody(): Buffer {
    const { dialect, securityMode, capabilities, maxIo } = this.#options;
    return say.negotiateBody({
      dialect,
      securityMode,
      capabilities,
      serverGuid: Buffer.alloc(16, 9),
      maxTransact: maxIo,
      maxRead: maxIo,
      maxWrite: maxIo,
      contexts: this.#contexts(),
      offer: this.#options.offer ?? Buffer.alloc(0),
    });
  }

  #validation(): Buffer {
    const { dialect, securityMode, capabilities, validatedDialect = dialect } = this.#options;
    return encodeValidateResponse({
      capabilities,
      serverGuid: Buffer.alloc(16, 9),
      securityMode,
      dialect: validatedDialect,
    });
  }
}

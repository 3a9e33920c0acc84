import type { EncryptionPolicy, SigningPolicy } from '../connection/policy.js';
import type { Secret } from '../secret/secret.js';
import type { SmbClient } from './smb-client.js';

/** A version of the protocol, as people call it. */
export type SmbVersion = '2.1' | '3.0' | '3.0.2' | '3.1.1';

/** What every call takes that may last. */
export interface CallOptions {
  /** Ends the call with the error `aborted`, soon. What the server has done by then stays done. */
  readonly signal?: AbortSignal;
}

/** How long to wait, in milliseconds. */
export interface SmbTimeouts {
  /** For the TCP connection. Default 15,000. */
  readonly connect?: number;
  /**
   * Without a byte while an answer is waited for; at a third of it the server is asked for a sign of life.
   * Default 30,000.
   */
  readonly silence?: number;
  /** For a single answer from a server that is alive. Default 120,000. */
  readonly answer?: number;
}

export interface ConnectOptions extends CallOptions {
  /** Name or address. */
  readonly host: string;
  /** Default 445. */
  readonly port?: number;
  /** Who signs in; left out together with `anonymous`. */
  readonly user?: string;
  /** A string, or a {@link Secret} made where it came from. */
  readonly password?: string | Secret;
  /** Domain or machine that knows the user. Default: the server's own users. */
  readonly domain?: string;
  /** Signs in as nobody, instead of with `user`. Such a session has no key: see `signing`. */
  readonly anonymous?: boolean;
  /** Goes on where the server takes the user for a guest. Default false: that is the error `sign-in`. */
  readonly allowGuest?: boolean;
  /**
   * A client of the same user on the same server whose connection was lost: the server ends its session before it lets this one
   * in, and so closes at once what was open and does nothing more that was under way, whether or not it has heard of the loss.
   */
  readonly previous?: SmbClient;
  /** Default `required`. */
  readonly signing?: SigningPolicy;
  /** Default `if-required`: where the server or the share demands it. */
  readonly encryption?: EncryptionPolicy;
  /** Which versions are offered; the server chooses its highest. Default all four. */
  readonly versions?: readonly SmbVersion[];
  /**
   * Whether steps on one file go to the server in one message (a compound). Default true; false is for servers that
   * cannot take them, and costs a round trip a step.
   */
  readonly compounds?: boolean;
  /**
   * How many bytes one request reads or writes at most; the server may take less, and more than 8 MiB none does. Default
   * 1 MiB: larger ones gain little, and keep small ones waiting.
   */
  readonly requestSize?: number;
  readonly timeouts?: SmbTimeouts;
}

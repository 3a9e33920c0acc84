import type { Attempt } from '../error/attempt-error.js';
import type { Command } from '../wire/command.js';
import type { Header } from '../wire/header.js';

/** One message to send. */
export interface Request {
  readonly command: Command;
  /** What follows the header. */
  readonly body: Buffer;
  /** What follows the body, sent uncopied: it has to stay as it is until the call ends. */
  readonly data?: readonly Buffer[];
  /** How many bytes of content the response may bring at most; decides over credits. */
  readonly answerSize?: number;
}

/** The answer to one request, whatever its status. */
export interface Reply {
  readonly header: Header;
  /** The whole message with its header. */
  readonly message: Buffer;
}

export interface CallOptions {
  readonly attempt: Attempt;
  readonly treeId?: number;
  /** Signed even where the session does not sign all. */
  readonly sign?: boolean;
  /** Encrypted even where the session does not encrypt all. */
  readonly seal?: boolean;
  readonly signal?: AbortSignal;
  /**
   * Takes the replies of a call that was given up before they came, so that what the server did after all can be
   * undone. Not called when the connection ends, for then the server lets go of everything itself.
   */
  readonly late?: (replies: readonly Reply[]) => void;
  /** Sees each frame as it is sent, for the hash of 3.1.1. */
  readonly sent?: (pieces: readonly Buffer[]) => void;
}

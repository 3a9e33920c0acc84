import type { CallOptions } from './connect-options.js';
import type { FileTimes } from './file-stat.js';

/** What closing a file does on the way. */
export interface CloseOptions extends CallOptions {
  /** Bytes to write before. */
  readonly write?: { readonly offset: number; readonly bytes: Uint8Array };
  /** Whether all that was written has to be on the medium before. */
  readonly flush?: boolean;
  /** Times to set before, after the last write. */
  readonly times?: FileTimes;
  /** Whether the file goes with the handle, which needs the access `delete`. Default false. */
  readonly remove?: boolean;
}

export interface ReadStreamOptions extends CallOptions {
  /** Default 0. */
  readonly offset?: number;
  /** How many bytes at most. Default: to the end of the file. */
  readonly length?: number;
  /** How many bytes are asked for ahead of the consumer, which is what may be held in memory. Default 8 MiB. */
  readonly ahead?: number;
}

export interface WriteStreamOptions extends CallOptions {
  /** Where the first byte goes. Default 0. */
  readonly offset?: number;
  /** Called with each chunk that the server has got: its memory may be used again. Others are never given back. */
  readonly release?: (chunk: Uint8Array) => void;
}

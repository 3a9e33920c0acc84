import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { FILE_ID_SIZE, type FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';

/**
 * A message the server sends unasked, with the message id `UNSOLICITED`. A client that asks for no oplocks and no
 * leases gets none, and may leave one unanswered.
 */
export type OplockBreak =
  | { readonly type: 'oplock'; readonly fileId: FileId; readonly level: number }
  | { readonly type: 'lease'; readonly leaseKey: Buffer };

const OPLOCK_SIZE = 24;
const LEASE_SIZE = 44;

/** Decodes an oplock or lease break notification (MS-SMB2 2.2.23) with its header. */
export function decodeOplockBreak(message: Buffer): Decoded<OplockBreak> {
  const reader = new Reader(message, 'OPLOCK_BREAK notification (MS-SMB2 2.2.23)', HEADER_SIZE);
  const size = reader.u16();
  if (size === LEASE_SIZE) {
    reader.skip(6);
    const leaseKey = reader.bytes(16);
    reader.skip(20);
    return reader.end({ type: 'lease', leaseKey });
  }
  if (size !== OPLOCK_SIZE) reader.fail(`its structure size is ${size}, not ${OPLOCK_SIZE} or ${LEASE_SIZE}`);
  const level = reader.u8();
  reader.skip(5);
  return reader.end({ type: 'oplock', fileId: Buffer.from(reader.bytes(FILE_ID_SIZE)), level });
}

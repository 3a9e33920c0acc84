import type { Decoded } from '../../bytes/decode-fault.js';
import { Reader } from '../../bytes/reader.js';

export interface StandardInfo {
  readonly allocationSize: number;
  readonly size: number;
  readonly links: number;
  readonly deletePending: boolean;
  readonly isFolder: boolean;
}

/** FileStandardInformation (MS-FSCC 2.4.41). */
export function decodeStandardInfo(bytes: Buffer): Decoded<StandardInfo> {
  const reader = new Reader(bytes, 'FileStandardInformation (MS-FSCC 2.4.41)');
  return reader.end({
    allocationSize: reader.size(),
    size: reader.size(),
    links: reader.u32(),
    deletePending: reader.u8() !== 0,
    isFolder: reader.u8() !== 0,
  });
}

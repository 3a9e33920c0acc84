import type { Decoded } from '../../bytes/decode-fault.js';
import { Reader } from '../../bytes/reader.js';

export interface FsSectors {
  readonly logical: number;
  /** What the device writes whole. */
  readonly physical: number;
}

/** FileFsSectorSizeInformation (MS-FSCC 2.5.7). */
export function decodeFsSectors(bytes: Buffer): Decoded<FsSectors> {
  const reader = new Reader(bytes, 'FileFsSectorSizeInformation (MS-FSCC 2.5.7)');
  return reader.end({ logical: reader.u32(), physical: reader.u32() });
}

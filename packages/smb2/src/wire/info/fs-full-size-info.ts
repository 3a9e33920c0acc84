import type { Decoded } from '../../bytes/decode-fault.js';
import { Reader } from '../../bytes/reader.js';

/** How much there is on the file system of a share, in bytes; beyond 2^53 a count is rounded (MS-FSCC 2.5.4). */
export interface VolumeSpace {
  readonly total: number;
  /** Free for this user, quotas heeded. */
  readonly available: number;
  readonly free: number;
  /** The size of a cluster. */
  readonly unit: number;
}

/** FileFsFullSizeInformation (MS-FSCC 2.5.4). */
export function decodeFsFullSize(bytes: Buffer): Decoded<VolumeSpace> {
  const reader = new Reader(bytes, 'FileFsFullSizeInformation (MS-FSCC 2.5.4)');
  const total = reader.u64();
  const available = reader.u64();
  const free = reader.u64();
  const sectors = reader.u32();
  const unit = sectors * reader.u32();
  const inBytes = (units: bigint): number => Number(units * BigInt(unit));
  return reader.end({ total: inBytes(total), available: inBytes(available), free: inBytes(free), unit });
}

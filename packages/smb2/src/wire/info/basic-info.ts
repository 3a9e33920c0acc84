import { ok, Result } from 'neverthrow';
import { fileTimeOf } from '../../bytes/file-time.js';
import type { Unencodable } from '../../bytes/unencodable.js';
import { Writer } from '../../bytes/writer.js';

/** Times are nanoseconds since 1970; null where none is to be set. */
interface BasicInfo {
  readonly created: bigint | null;
  readonly accessed: bigint | null;
  readonly written: bigint | null;
  readonly changed: bigint | null;
  /** Attribute bits; 0 leaves them as they are. */
  readonly attributes: number;
}

const UNCHANGED = 0n;

/** FileBasicInformation (MS-FSCC 2.4.7). */
export function encodeBasicInfo(info: Partial<BasicInfo>): Result<Buffer, Unencodable> {
  const { created, accessed, written, changed, attributes = 0 } = info;
  const times = [created, accessed, written, changed].map((time) => {
    return time === null || time === undefined ? ok(UNCHANGED) : fileTimeOf(time);
  });
  return Result.combine(times).map((fileTimes) => {
    const writer = new Writer(40);
    for (const time of fileTimes) writer.u64(time);
    return writer.u32(attributes).u32(0).end();
  });
}

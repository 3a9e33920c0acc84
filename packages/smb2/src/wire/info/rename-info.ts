import type { Result } from 'neverthrow';
import type { Unencodable } from '../../bytes/unencodable.js';
import { encodeName } from '../../bytes/utf16.js';
import { Writer } from '../../bytes/writer.js';

export interface RenameInfo {
  /** The new path from the root of the share, with `\` between names. */
  readonly path: string;
  /** Whether a file of that name is replaced; else the rename fails on one. */
  readonly replace: boolean;
}

const FIXED_SIZE = 20;
// Windows refuses fewer bytes than the structure has in C, which is padded to 24.
const SMALLEST = 24;

/** FileRenameInformation (MS-FSCC 2.4.37.2) as SMB2 has it. */
export function encodeRenameInfo({ path, replace }: RenameInfo): Result<Buffer, Unencodable> {
  return encodeName(path).map((name) =>
    new Writer(Math.max(SMALLEST, FIXED_SIZE + name.length))
      .u8(replace ? 1 : 0)
      .skip(7)
      .u64(0n)
      .u32(name.length)
      .bytes(name)
      .skip(Math.max(0, SMALLEST - FIXED_SIZE - name.length))
      .end(),
  );
}

import type { Decoded } from '../../bytes/decode-fault.js';
import { Reader } from '../../bytes/reader.js';

/** MS-FSCC 2.5.1; only what this client heeds. */
export const FsAttribute = {
  caseSensitiveSearch: 0x0000_0001,
  casePreservedNames: 0x0000_0002,
  unicodeOnDisk: 0x0000_0004,
  sparseFiles: 0x0000_0040,
  reparsePoints: 0x0000_0080,
  readOnlyVolume: 0x0008_0000,
} as const;

export interface FsAttributes {
  /** {@link FsAttribute}s and others. */
  readonly attributes: number;
  /** How long one name of a path may be, in characters. */
  readonly longestName: number;
  /** What the server calls the file system, e.g. `NTFS`. */
  readonly name: string;
}

/** FileFsAttributeInformation (MS-FSCC 2.5.1). */
export function decodeFsAttributes(bytes: Buffer): Decoded<FsAttributes> {
  const reader = new Reader(bytes, 'FileFsAttributeInformation (MS-FSCC 2.5.1)');
  const attributes = reader.u32();
  const longestName = reader.u32();
  return reader.end({ attributes, longestName, name: reader.text(reader.u32()) });
}

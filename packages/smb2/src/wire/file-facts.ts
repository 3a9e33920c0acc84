import type { Reader } from '../bytes/reader.js';

/** What CREATE (MS-SMB2 2.2.14), CLOSE (2.2.16) and FileNetworkOpenInformation all tell of a file, in this order. */
export interface FileFacts {
  /** Times are nanoseconds since 1970, in steps of 100; null where the server has none. */
  readonly created: bigint | null;
  readonly accessed: bigint | null;
  readonly written: bigint | null;
  readonly changed: bigint | null;
  readonly allocationSize: number;
  readonly size: number;
  /** Attribute bits. */
  readonly attributes: number;
}

export function readFileFacts(reader: Reader): FileFacts {
  return {
    created: reader.moment(),
    accessed: reader.moment(),
    written: reader.moment(),
    changed: reader.moment(),
    allocationSize: reader.size(),
    size: reader.size(),
    attributes: reader.u32(),
  };
}

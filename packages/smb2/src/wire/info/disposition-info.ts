import { Writer } from '../../bytes/writer.js';

/** FileDispositionInformation (MS-FSCC 2.4.11): whether the file goes when the last handle on it is closed. */
export function encodeDispositionInfo(deletes: boolean): Buffer {
  return new Writer(1).u8(deletes ? 1 : 0).end();
}

import { Writer } from '../../bytes/writer.js';

/** FileEndOfFileInformation (MS-FSCC 2.4.13): cuts the file, or lengthens it with zeros, to `size`. */
export function encodeEndOfFileInfo(size: number): Buffer {
  return new Writer(8).size(size).end();
}

import type { Decoded } from '../../bytes/decode-fault.js';
import { Reader } from '../../bytes/reader.js';
import { readFileFacts, type FileFacts } from '../file-facts.js';

/** FileNetworkOpenInformation (MS-FSCC 2.4.29): size, times and attributes in one. */
export function decodeNetworkOpenInfo(bytes: Buffer): Decoded<FileFacts> {
  const reader = new Reader(bytes, 'FileNetworkOpenInformation (MS-FSCC 2.4.29)');
  return reader.end(readFileFacts(reader));
}

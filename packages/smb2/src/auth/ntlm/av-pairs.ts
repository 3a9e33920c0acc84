import type { Decoded } from '../../bytes/decode-fault.js';
import { Reader } from '../../bytes/reader.js';
import { Writer } from '../../bytes/writer.js';

/** Kinds of AV_PAIR (MS-NLMP 2.2.2.1). */
export const AvId = {
  end: 0,
  computerName: 1,
  domainName: 2,
  dnsComputerName: 3,
  dnsDomainName: 4,
  dnsTreeName: 5,
  flags: 6,
  timestamp: 7,
  singleHost: 8,
  targetName: 9,
  channelBindings: 10,
} as const;

/** In the value of {@link AvId.flags}: the AUTHENTICATE message has an integrity code. */
export const AV_HAS_MIC = 2;

/** What a server tells about itself, and the client answers with. */
export interface AvPair {
  readonly id: number;
  readonly value: Buffer;
}

/** A list of AV_PAIRs (MS-NLMP 2.2.2.1) with its end. */
export function encodeAvPairs(pairs: readonly AvPair[]): Buffer {
  const size = pairs.reduce((sum, { value }) => sum + 4 + value.length, 4);
  const writer = new Writer(size);
  for (const { id, value } of pairs) writer.u16(id).u16(value.length).bytes(value);
  return writer.u16(AvId.end).u16(0).end();
}

/** Decodes a list up to its end, which must be there. */
export function decodeAvPairs(bytes: Buffer): Decoded<readonly AvPair[]> {
  const reader = new Reader(bytes, 'NTLM target information (MS-NLMP 2.2.2.1)');
  const pairs: AvPair[] = [];
  while (!reader.failed) {
    const id = reader.u16();
    const value = reader.bytes(reader.u16());
    if (id === AvId.end) break;
    pairs.push({ id, value });
  }
  return reader.end(pairs);
}

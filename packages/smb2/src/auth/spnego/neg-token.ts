import type { Decoded } from '../../bytes/decode-fault.js';
import { der, DerReader, DerTag, field } from './der.js';
import { NTLM_OID, SPNEGO_OID } from './oid.js';

/** Mechanisms a side can do, as contents of object identifiers; the SEQUENCE of it is what mechListMIC is over. */
export const NTLM_ONLY = der(DerTag.sequence, der(DerTag.oid, NTLM_OID));

/** How far the server says that signing in is (RFC 4178 4.2.2). */
export const NegState = { completed: 0, incomplete: 1, rejected: 2, requestMic: 3 } as const;

/** A NegTokenInit (RFC 4178 4.2.1) that offers NTLM and begins with it. */
export function encodeNegTokenInit(mechToken: Buffer): Buffer {
  const token = der(DerTag.sequence, der(field(0), NTLM_ONLY), der(field(2), der(DerTag.octets, mechToken)));
  return der(DerTag.application, der(DerTag.oid, SPNEGO_OID), der(field(0), token));
}

/** The mechanisms in the token a server offers with NEGOTIATE: a NegTokenInit2 (MS-SPNG 2.2.1). */
export function decodeNegTokenInit(bytes: Buffer): Decoded<readonly Buffer[]> {
  const structure = 'SPNEGO offer (RFC 4178 4.2.1)';
  const outer = new DerReader(bytes, structure);
  const token = new DerReader(outer.value(DerTag.application), structure);
  const name = token.value(DerTag.oid);
  if (!name.equals(SPNEGO_OID)) token.fail('it is not of SPNEGO');
  const wrapped = new DerReader(token.value(field(0)), structure);
  const fields = new DerReader(wrapped.value(DerTag.sequence), structure);
  const listed = new DerReader(fields.value(field(0)), structure);
  const list = new DerReader(listed.value(DerTag.sequence), structure);
  const mechanisms: Buffer[] = [];
  while (list.hasMore) mechanisms.push(list.value(DerTag.oid));
  for (const inner of [token, wrapped, fields, listed, list]) outer.join(inner.end(null), null);
  return outer.end(mechanisms);
}

/** A NegTokenResp (RFC 4178 4.2.2). */
export interface NegTokenResp {
  /** A {@link NegState}; null where the server leaves it out. */
  readonly state: number | null;
  readonly mechanism: Buffer | null;
  readonly responseToken: Buffer | null;
  readonly mechListMic: Buffer | null;
}

/** The client's NegTokenResp, in which nothing but the tokens is said. */
export function encodeNegTokenResp(responseToken: Buffer, mechListMic: Buffer | null): Buffer {
  const fields = [
    der(field(0), der(DerTag.enumerated, Buffer.from([NegState.incomplete]))),
    der(field(2), der(DerTag.octets, responseToken)),
    ...(mechListMic === null ? [] : [der(field(3), der(DerTag.octets, mechListMic))]),
  ];
  return der(field(1), der(DerTag.sequence, ...fields));
}

export function decodeNegTokenResp(bytes: Buffer): Decoded<NegTokenResp> {
  const structure = 'SPNEGO response (RFC 4178 4.2.2)';
  const outer = new DerReader(bytes, structure);
  const wrapped = new DerReader(outer.value(field(1)), structure);
  const fields = new DerReader(wrapped.value(DerTag.sequence), structure);
  const read = (number: number, tag: number): Buffer | null => {
    const content = fields.optional(field(number));
    if (content === null) return null;
    const inner = new DerReader(content, structure);
    const value = inner.value(tag);
    return outer.join(inner.end(value), value);
  };
  const state = read(0, DerTag.enumerated);
  const mechanism = read(1, DerTag.oid);
  const responseToken = read(2, DerTag.octets);
  const mechListMic = read(3, DerTag.octets);
  for (const inner of [wrapped, fields]) outer.join(inner.end(null), null);
  if (state !== null && state.length !== 1) outer.fail('its state is not one byte');
  return outer.end({ state: state?.[0] ?? null, mechanism, responseToken, mechListMic });
}

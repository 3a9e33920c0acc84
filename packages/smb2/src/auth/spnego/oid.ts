/** The mechanisms that servers name, by the content of their object identifier in hex. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['2b06010401823702020a', 'NTLM'],
  ['2a864886f712010202', 'Kerberos'],
  ['2a864882f712010202', 'Kerberos'],
  ['2b06010401823702021e', 'NEGOEX'],
]);

/** 1.3.6.1.5.5.2. */
export const SPNEGO_OID = Buffer.from('2b0601050502', 'hex');
/** 1.3.6.1.4.1.311.2.2.10. */
export const NTLM_OID = Buffer.from('2b06010401823702020a', 'hex');

/** The name of a mechanism for people. */
export function mechanismName(oid: Buffer): string {
  const hex = oid.toString('hex');
  return NAMES.get(hex) ?? `mechanism ${hex}`;
}

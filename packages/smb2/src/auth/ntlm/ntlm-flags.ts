/** Negotiate flags (MS-NLMP 2.2.2.5). */
export const NtlmFlag = {
  unicode: 0x0000_0001,
  requestTarget: 0x0000_0004,
  sign: 0x0000_0010,
  ntlm: 0x0000_0200,
  anonymous: 0x0000_0800,
  alwaysSign: 0x0000_8000,
  extendedSessionSecurity: 0x0008_0000,
  targetInfo: 0x0080_0000,
  version: 0x0200_0000,
  strong128: 0x2000_0000,
  keyExchange: 0x4000_0000,
  weak56: 0x8000_0000,
} as const;

/** What this client offers. */
export const OFFERED_FLAGS = Object.entries(NtlmFlag)
  .filter(([name]) => name !== 'anonymous')
  .reduce((sum, [, flag]) => sum + flag, 0);

/** Without these there is no NTLMv2 with session security worth the name. */
export const DEMANDED_FLAGS =
  NtlmFlag.unicode + NtlmFlag.extendedSessionSecurity + NtlmFlag.targetInfo + NtlmFlag.strong128;

/** The flags that both sets have. */
export function commonFlags(one: number, other: number): number {
  return (one & other) >>> 0;
}

export function hasFlag(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}

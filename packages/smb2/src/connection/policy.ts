/**
 * What has to be signed.
 * - `required`: everything, or nothing is done at all.
 * - `if-offered`: everything where the server can; guests and anonymous sessions, which have no key, are unsigned.
 * - `if-required`: only where the server demands it.
 */
export type SigningPolicy = 'required' | 'if-offered' | 'if-required';

/**
 * What has to be encrypted.
 * - `required`: everything, or nothing is done at all.
 * - `if-offered`: everything where the server can.
 * - `if-required`: where the server or the share demands it.
 * - `off`: nothing; what demands it is refused.
 */
export type EncryptionPolicy = 'required' | 'if-offered' | 'if-required' | 'off';

export interface SecurityPolicy {
  readonly signing: SigningPolicy;
  readonly encryption: EncryptionPolicy;
  /** Whether it is fine that the server takes the user for a guest. */
  readonly allowsGuest: boolean;
}

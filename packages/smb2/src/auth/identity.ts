import type { Secret } from '../secret/secret.js';

/** Who signs in. Nobody is signed in as anonymous or guest but by asking for it. */
export type Identity =
  | {
      readonly kind: 'password';
      readonly user: string;
      /** Domain or machine that knows the user; empty for the server's own users. */
      readonly domain: string;
      readonly password: Secret;
    }
  | { readonly kind: 'anonymous' };

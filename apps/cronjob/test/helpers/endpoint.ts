import { readEndpoint, type Endpoint } from '../../src/http/endpoint.js';

/** An endpoint with that address. */
export function endpoint(url: string): Endpoint {
  const read = readEndpoint({ A_URL: url }, 'A_URL', null);
  return read._unsafeUnwrap()!;
}

/** Sends without waiting between tries. */
export const AT_ONCE = { pause: async (): Promise<void> => undefined };

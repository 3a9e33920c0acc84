import { printable } from '@sessionkeep/core';

/** What OpenSSL says of a certificate whose issuer it does not know. */
const UNKNOWN_ISSUER: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Why `fetch` failed, as a part of a sentence; it says so itself only in what it was caused by. */
export function networkProblem(thrown: unknown): string {
  const { code, message } = innermost(thrown);
  const text = printable(message === '' ? (code ?? 'the network failed') : message);
  // Some versions of Node give advice themselves, of flags that nobody has in a container.
  const [problem = ''] = text.split('; ', 1);
  return code !== undefined && UNKNOWN_ISSUER.has(code)
    ? `${problem}; NODE_EXTRA_CA_CERTS names a file with a certificate authority of your own`
    : text;
}

function innermost(thrown: unknown): { code?: string; message: string } {
  let error = thrown;
  for (let depth = 0; depth < 5 && error instanceof Error; depth++) {
    // One error for each address of a name: the first says as much as all.
    const next: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
    if (!(next instanceof Error)) break;
    error = next;
  }
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? { message: error.message } : { code, message: error.message };
}

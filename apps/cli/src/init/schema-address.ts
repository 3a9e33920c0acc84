/** A version that no registry has: what a checkout carries before the first release. */
const UNRELEASED = '0.0.0';

/**
 * Where an editor finds the configuration's JSON Schema: the one of this very version in the package registry's mirror; for a version
 * that was never published the file beside the program.
 */
export function schemaAddress(
  version: string,
  beside: URL = new URL('sessionkeep.schema.json', import.meta.url),
): string {
  return version === UNRELEASED
    ? beside.href
    : `https://unpkg.com/sessionkeep@${version}/dist/sessionkeep.schema.json`;
}

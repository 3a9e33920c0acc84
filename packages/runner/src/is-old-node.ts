/**
 * Whether a version of Node is older than what a package.json asks for (`>=22.19`). Package managers only warn, and what is missing in an
 * old Node would look like a mistake of ours.
 */
export function isOldNode(version: string, engines: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = engines.replace('>=', '').split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

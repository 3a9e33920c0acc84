/** Where in the configuration something is: keys and indexes from the top. */
export type KeyPath = readonly (string | number)[];

/** One mistake in a configuration. */
export interface ConfigIssue {
  readonly path: KeyPath;
  /** What is wrong, without a full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** `sources.mac.repos.home`, `exclude[0]`. */
export function keyText(path: KeyPath): string {
  return path
    .map((key, at) => (typeof key === 'number' ? `[${key.toString()}]` : at === 0 ? key : `.${key}`))
    .join('');
}

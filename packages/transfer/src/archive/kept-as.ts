import {
  storedPath,
  type LiveRecord,
  type NameRules,
  type RelativePath,
  type TargetEntry,
} from '@sessionkeep/core';

/** What is known of a file, as far as its name in the archive depends on it. */
interface Known {
  readonly path: RelativePath;
  readonly target?: TargetEntry | null;
  readonly record?: LiveRecord | null;
}

/** Under which path of the repo's folder a file is kept. */
export type KeptAs = (file: Known) => RelativePath;

/** As the target lists it; else as the ledger says; else as the target's rules want it. */
export function keptAs(rules: NameRules): KeptAs {
  return ({ path, target, record }) =>
    target ? (target.stored ?? path) : (record?.stored ?? storedPath(path, rules));
}

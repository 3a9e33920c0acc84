/** What a transport is good at: data, known before anything is asked of the medium. */
export interface Traits {
  /** True when `digest` costs no transfer of the bytes (a disk, a pod; not a share). */
  readonly digestsInPlace: boolean;
  /** Whole files up to this many bytes are best written by `publish`. */
  readonly publishLimit: number;
  /** How many reads or writes at once pay. */
  readonly lanes: number;
  /**
   * How much is best asked of `read` in one call, where each costs much. Where this is missing a call costs little, and smaller ones
   * share the work more evenly among the lanes.
   */
  readonly readsAtOnce?: { readonly files: number; readonly bytes: number };
}

/** How a medium treats names and times: probed, never declared, since one protocol serves many file systems. */
export interface NameRules {
  /** `a` and `A` are one file. */
  readonly foldsCase: boolean;
  /** The composed and the decomposed form of a character are one name. */
  readonly normalizes: boolean;
  /** Longest name of one segment, in UTF-8 bytes. */
  readonly maxNameBytes: number;
  /** Characters that no name may hold, beyond NUL and slash. */
  readonly forbidden: string;
  /**
   * Names are stored composed (NFC), and what they may not hold is moved to the private range of Unicode (`storedPath`);
   * else a name that cannot be stored as it is is refused.
   */
  readonly maps: boolean;
  /** The step in which modification times are stored, in nanoseconds. */
  readonly timeStep: bigint;
}

/** The rules of a POSIX file system. */
export const POSIX_NAMES: NameRules = {
  foldsCase: false,
  normalizes: false,
  maxNameBytes: 255,
  forbidden: '',
  maps: false,
  timeStep: 1n,
};

/** What two names must share to be one file under these rules. */
export function foldKey(name: string, rules: NameRules): string {
  let key = rules.normalizes ? name.normalize('NFC') : name;
  if (rules.foldsCase) key = key.toUpperCase().toLowerCase();
  // Folding can decompose (İ), so the composed form is taken again.
  return rules.normalizes && rules.foldsCase ? key.normalize('NFC') : key;
}

import { keepError } from '../src/error/keep-error.js';
import type { LiveRecord } from '../src/ledger/line.js';
import type { FileEntry, RefusedAs, RefusedEntry, UnreadableEntry } from '../src/manifest/entry.js';
import { parsePath, type RelativePath } from '../src/path/relative-path.js';
import { sortByPath } from '../src/path/compare-paths.js';
import type { PlanInput } from '../src/plan/plan.js';
import type { Policy } from '../src/plan/situation.js';
import type { TargetEntry } from '../src/plan/step.js';
import { POSIX_NAMES, type NameRules } from '../src/port/traits.js';
import { hash } from './sha256.js';

/** A path known to be valid. */
export const at = (path: string): RelativePath => parsePath(path)._unsafeUnwrap();

/** A bare source entry, for tests that care about names alone. */
export const file = (path: string, bytes = '', mtime = 1n): FileEntry => ({
  kind: 'file',
  path: at(path),
  size: bytes.length,
  mtime,
  identity: '',
});

export const listed = (path: string, bytes = '', mtime = 1n): TargetEntry => ({
  path: at(path),
  size: bytes.length,
  mtime,
});

export const record = (path: string, bytes = '', more: Partial<LiveRecord> = {}): LiveRecord => ({
  path: at(path),
  size: bytes.length,
  sha256: hash(bytes),
  mtime: 1n,
  targetMtime: 1n,
  status: 'live',
  gone: false,
  ...more,
});

export const refused = (path: string, reason: RefusedAs): RefusedEntry => ({
  kind: 'refused',
  path: at(path),
  reason,
});

export const unreadable = (path: string, folder: boolean): UnreadableEntry => ({
  kind: 'unreadable',
  path: at(path),
  folder,
  error: keepError('denied', 'read', `cannot read ${path}`),
});

export const POLICY: Policy = { checksum: false, now: 10n ** 18n, timeStep: 1n };

interface Lists {
  readonly files?: readonly FileEntry[];
  readonly refused?: readonly RefusedEntry[];
  readonly unreadable?: readonly UnreadableEntry[];
  readonly complete?: boolean;
  readonly covers?: (path: string) => boolean;
  readonly records?: readonly LiveRecord[];
  readonly target?: readonly TargetEntry[];
  readonly rules?: Partial<NameRules>;
  readonly policy?: Partial<Policy>;
}

/** A planner's input from lists in any order. */
export function inputOf(lists: Lists): PlanInput {
  return {
    source: {
      files: sortByPath([...(lists.files ?? [])]),
      refused: sortByPath([...(lists.refused ?? [])]),
      unreadable: lists.unreadable ?? [],
      complete: lists.complete ?? true,
      covers: lists.covers ?? (() => true),
    },
    records: sortByPath([...(lists.records ?? [])]),
    target: sortByPath([...(lists.target ?? [])]),
    rules: { ...POSIX_NAMES, ...lists.rules },
    policy: { ...POLICY, ...lists.policy },
  };
}

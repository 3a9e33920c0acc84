import { lstatSync, readdirSync, type BigIntStats } from 'node:fs';
import { platform } from 'node:os';
import { err, ok, type Result } from 'neverthrow';
import {
  parentPath,
  POSIX_NAMES,
  type KeepError,
  type NameRules,
  type RelativePath,
} from '@sessionkeep/core';
import { systemFailure } from './failure.js';
import { sameInode } from './file-stat.js';
import { findFolder } from './find-folder.js';
import { longestName } from './longest-name.js';
import { Place } from './place.js';
import { swapCase } from './probe-names.js';
import { commonStep } from './time-step.js';

/** Entries looked at: enough to meet a letter and an odd time, few enough to cost nothing. */
const SAMPLE = 64;

/** What the two usual file systems of a Mac do; elsewhere names are bytes. */
const DARWIN = platform() === 'darwin';

/** Finds out what can be known without changing anything, from what lies in `folder` or in the nearest folder above it. */
export function probeByLooking(place: Place, folder: RelativePath): Result<NameRules, KeepError> {
  const attempt = place.attempt('probe', folder);
  const found = findFolder(place, folder, attempt);
  if (found.isErr()) {
    if (found.error.kind !== 'not-found') return err(found.error);
    return folder === '' ? ok(guess()) : probeByLooking(place, parentPath(folder));
  }
  try {
    return ok(look(found.value));
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

function guess(): NameRules {
  return { ...POSIX_NAMES, foldsCase: DARWIN, normalizes: DARWIN };
}

function look(folder: string): NameRules {
  const names = readdirSync(folder).slice(0, SAMPLE);
  const present = new Set(names);
  const times: bigint[] = [];
  const rules = { ...guess(), maxNameBytes: longestName(folder) };
  let foldsCase: boolean | null = null;
  let normalizes: boolean | null = null;
  for (const name of names) {
    const stat = lookUp(folder, name);
    if (stat === undefined) continue;
    times.push(stat.mtimeNs);
    foldsCase ??= aliases(folder, present, name, swapCase(name), stat);
    normalizes ??= aliases(folder, present, name, otherForm(name), stat);
  }
  return {
    ...rules,
    foldsCase: foldsCase ?? rules.foldsCase,
    normalizes: normalizes ?? rules.normalizes,
    timeStep: commonStep(times),
  };
}

/** Whether `other` leads to the same file though no such name is listed; null when the two names do not differ. */
function aliases(
  folder: string,
  present: ReadonlySet<string>,
  name: string,
  other: string,
  stat: BigIntStats,
): boolean | null {
  if (other === name) return null;
  if (present.has(other)) return false;
  const there = lookUp(folder, other);
  return there !== undefined && sameInode(there, stat);
}

function otherForm(name: string): string {
  const composed = name.normalize('NFC');
  return composed === name ? name.normalize('NFD') : composed;
}

function lookUp(folder: string, name: string): BigIntStats | undefined {
  return lstatSync(Place.join(folder, name), { bigint: true, throwIfNoEntry: false });
}

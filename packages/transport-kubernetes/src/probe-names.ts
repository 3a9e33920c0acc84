import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import { childPath, POSIX_NAMES, type KeepError, type NameRules, type RelativePath } from '@sessionkeep/core';
import { removePath, statPath } from './folder-calls.js';
import type { Place } from './place.js';
import { createFile } from './write-file.js';

/** An odd time, so that every coarser step shows. */
const ODD_TIME = 1_600_000_001_123_456_789n;
const STEPS = [1n, 100n, 1_000n, 1_000_000n, 1_000_000_000n, 2_000_000_000n] as const;
const COARSEST = 2_000_000_000n;

/**
 * How names and times behave. By looking alone, a container's disk is taken for what it nearly always is, one of Linux. By writing,
 * a file is made: BusyBox, for one, sets whole seconds only.
 */
export async function probeNames(
  place: Place,
  folder: RelativePath,
  mode: 'write' | 'look',
): Promise<Result<NameRules, KeepError>> {
  if (mode === 'look') return ok(POSIX_NAMES);
  const name = `Probe-\u00e9-${randomBytes(6).toString('hex')}`;
  const path = childPath(folder, name);
  const made = await createFile(place, path, nothing(), 0, { mtime: ODD_TIME });
  if (made.isErr()) return err(made.error);
  const swapped = await isThere(place, childPath(folder, name.replace('Probe', 'pROBE')));
  const decomposed = await isThere(place, childPath(folder, name.normalize('NFD')));
  const removed = await removePath(place, path);
  if (swapped.isErr()) return err(swapped.error);
  if (decomposed.isErr()) return err(decomposed.error);
  if (removed.isErr()) return err(removed.error);
  const off = ODD_TIME - made.value.mtime;
  const timeStep =
    STEPS.find((step) => off >= 0n && off < step && made.value.mtime % step === 0n) ?? COARSEST;
  return ok({ ...POSIX_NAMES, foldsCase: swapped.value, normalizes: decomposed.value, timeStep });
}

async function isThere(place: Place, path: RelativePath): Promise<Result<boolean, KeepError>> {
  const found = await statPath(place, path);
  if (found.isOk()) return ok(true);
  return found.error.kind === 'not-found' ? ok(false) : err(found.error);
}

async function* nothing(): AsyncGenerator<never, void, void> {
  // A file of no bytes.
}

import { closeSync, fstatSync, lstatSync, unlinkSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import { POSIX_NAMES, type KeepError, type NameRules, type RelativePath } from '@sessionkeep/core';
import { codeOf, systemFailure, type Attempt } from './failure.js';
import { sameInode } from './file-stat.js';
import { ensureFolder } from './find-folder.js';
import { correctMode, makeFile, type NewFile } from './new-file.js';
import { Place } from './place.js';
import { longestName } from './longest-name.js';
import { setTimes, settable } from './set-times.js';
import { commonStep, stepOf } from './time-step.js';

/** What some file systems forbid in names, FAT and NTFS above all. */
const SUSPECTS = ['"', '*', ':', '<', '>', '?', '\\', '|', '\n', '\t'];

/** An odd number of nanoseconds, so that every step that a medium may have shows. */
const ODD_TIME = 1_600_000_001_123_456_789n;

/** Finds out by one file that is made and removed in `folder`, which must exist when this returns. */
export function probeByWriting(place: Place, folder: RelativePath): Result<NameRules, KeepError> {
  const attempt = place.attempt('probe', folder);
  const absolute = ensureFolder(place, folder, attempt);
  if (absolute.isErr()) return err(absolute.error);
  const root = place.find(attempt);
  if (root.isErr()) return err(root.error);
  const base = `Probe-\u00e9-${randomBytes(6).toString('hex')}`;
  const forbidden = forbiddenIn(root.value, Place.join(absolute.value, base), attempt);
  if (forbidden.isErr()) return err(forbidden.error);
  const made = makeFile(root.value, Place.join(absolute.value, base), attempt);
  if (made.isErr()) return err(made.error);
  try {
    correctMode(made.value);
    const aliases = (name: string): boolean => leadsTo(Place.join(absolute.value, name), made.value);
    return ok({
      foldsCase: aliases(swapCase(base)),
      normalizes: aliases(base.normalize('NFD')),
      maxNameBytes: longestName(absolute.value),
      forbidden: forbidden.value,
      maps: false,
      timeStep: timeStep(made.value),
    });
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  } finally {
    clear(made.value);
  }
}

/** Upper for lower case and the reverse, of ASCII only: other letters change length and form. */
export function swapCase(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => {
    const upper = letter.toUpperCase();
    return letter === upper ? letter.toLowerCase() : upper;
  });
}

/** The suspects that cannot stand in a name. One attempt with all of them settles it on most disks. */
function forbiddenIn(root: string, base: string, attempt: Attempt): Result<string, KeepError> {
  if (canBeMade(root, base + SUSPECTS.join(''), attempt)) return ok(POSIX_NAMES.forbidden);
  return ok(SUSPECTS.filter((character) => !canBeMade(root, base + character, attempt)).join(''));
}

function canBeMade(root: string, absolute: string, attempt: Attempt): boolean {
  const made = makeFile(root, absolute, attempt);
  if (made.isOk()) clear(made.value);
  // A full or read-only disk says nothing about names; making the probe itself will report it.
  return made.isOk() || made.error.kind !== 'invalid';
}

function leadsTo(absolute: string, file: NewFile): boolean {
  const stat = lstatSync(absolute, { bigint: true, throwIfNoEntry: false });
  return stat !== undefined && sameInode(stat, file.stat);
}

function timeStep(file: NewFile): bigint {
  setTimes(file.fd, ODD_TIME);
  const step = stepOf(settable(ODD_TIME), fstatSync(file.fd, { bigint: true }).mtimeNs);
  // Node 22 cuts what it sets to microseconds: the stamp that the medium gave by itself shows whether it keeps more.
  const stamp = file.stat.mtimeNs;
  return stamp % step === 0n ? step : commonStep([stamp]);
}

function clear(file: NewFile): void {
  try {
    closeSync(file.fd);
    unlinkSync(file.absolute);
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
  }
}

import { lstatSync } from 'node:fs';
import { codeOf } from './failure.js';
import { Place } from './place.js';

const USUAL = 255;

/** The longest name, in bytes, that can be looked up in a folder: file systems refuse longer ones before they search. */
export function longestName(folder: string): number {
  if (fits(folder, USUAL)) return USUAL;
  let fitting = 1;
  let tooLong = USUAL;
  while (tooLong - fitting > 1) {
    const middle = (fitting + tooLong) >> 1;
    if (fits(folder, middle)) fitting = middle;
    else tooLong = middle;
  }
  return fitting;
}

function fits(folder: string, bytes: number): boolean {
  try {
    lstatSync(Place.join(folder, 'n'.repeat(bytes)), { throwIfNoEntry: false });
    return true;
  } catch (cause) {
    return codeOf(cause) !== 'ENAMETOOLONG';
  }
}

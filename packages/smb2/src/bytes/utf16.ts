import { err, ok, type Result } from 'neverthrow';
import type { Unencodable } from './unencodable.js';

/** The length fields of names have 16 bits, and count bytes. */
const LONGEST = 0xffff;

/** Text as UTF-16LE. Lone surrogates stay what they are: Windows has such names, and must be asked for them exactly. */
export function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

/** A name or path as UTF-16LE, if its length fits in the field it has on the wire. */
export function encodeName(name: string): Result<Buffer, Unencodable> {
  if (name.length * 2 > LONGEST) {
    return err({
      field: 'name',
      problem: `it has ${name.length} characters, more than the protocol can say`,
    });
  }
  if (name.includes('\0')) return err({ field: 'name', problem: 'it has a zero character' });
  return ok(utf16(name));
}

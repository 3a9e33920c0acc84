import { keepError, nearest, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';

/** Offsets, `Local` and the like are taken by some schedulers, and each for something else. */
const NAME = /^(?:[A-Z][A-Za-z0-9_+-]*)(?:\/[A-Z][A-Za-z0-9_+-]*){0,2}$/;

/** Of old names the runtime does not tell how they are written; this is how they are not. */
const SHOUTED = /\/[A-Z]{4}/;

/**
 * Holds a name to be one of the IANA time zones that this runtime knows, written as they are: schedulers look them up
 * as files, whose case counts.
 */
export function parseTimeZone(text: string): Result<string, KeepError> {
  const canonical = NAME.test(text) && text !== 'Local' ? canonicalZone(text) : null;
  const isMiswritten =
    SHOUTED.test(text) || (canonical !== text && canonical?.toLowerCase() === text.toLowerCase());
  if (canonical !== null && !isMiswritten) return ok(text);
  const meant = canonical ?? nearest(text, Intl.supportedValuesOf('timeZone'));
  return err(
    keepError('usage', 'parse schedule', `"${printable(text)}" is no time zone`, {
      hint: meant === null ? 'write it as Europe/Berlin or UTC' : `did you mean ${meant}?`,
    }),
  );
}

/** True where both names mean the same zone: `UTC` and `Etc/UTC`. Zones that merely agree today are two. */
export function isSameZone(one: string, other: string): boolean {
  const [a, b] = [canonicalZone(one), canonicalZone(other)];
  return one === other || (a !== null && a === b);
}

/** What the runtime calls it; null where it knows no such zone. */
function canonicalZone(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

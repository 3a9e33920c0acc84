import { err, ok, type Result } from 'neverthrow';
import { keepError, type KeepError } from '../error/keep-error.js';
import { printable } from '../path/printable.js';

const DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
const AGE = /^(?:\d+(?:\.\d+)?[wdhms])+$/i;
const UNIT_MS: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
};

/**
 * Reads a moment as people write it: ISO 8601 with a zone, or without one in local time; a date alone, its local
 * midnight; or an age such as `36h`, `2d` or `1d12h`, that long before `now` (milliseconds since 1970). What it
 * gives is ISO 8601 in UTC with milliseconds.
 *
 * @example
 * parseMoment('2d', Date.now()); // two days ago
 * parseMoment('2026-03-31T18:00Z', Date.now()); // ok('2026-03-31T18:00:00.000Z')
 */
export function parseMoment(text: string, now: number): Result<string, KeepError> {
  const trimmed = text.trim();
  const time = AGE.test(trimmed) ? now - ageMs(trimmed) : dateMs(trimmed);
  if (time !== null && Math.abs(time) <= 8.64e15) return ok(new Date(time).toISOString());
  return err(
    keepError('usage', 'parse time', `"${printable(text)}" is no time`, {
      hint: 'write it as 2026-03-31T18:00:00Z, 2026-03-31T18:00, 2026-03-31, or as an age such as 36h or 2d',
    }),
  );
}

/**
 * Reads an age such as `36h` or `1d12h`, in milliseconds.
 *
 * @example
 * parseAge('1d12h'); // ok(129_600_000)
 */
export function parseAge(text: string): Result<number, KeepError> {
  const age = AGE.test(text.trim()) ? ageMs(text.trim()) : Infinity;
  // An age beyond what a calendar can say is a slip, and nothing would ever be older.
  if (age <= 8.64e15) return ok(age);
  return err(
    keepError('usage', 'parse age', `"${printable(text)}" is no age`, {
      hint: 'write it as 36h, 2d or 1d12h',
    }),
  );
}

function ageMs(text: string): number {
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)([wdhms])/gi)) {
    sum += Number(amount) * (UNIT_MS[(unit ?? '').toLowerCase()] ?? 0);
  }
  return sum;
}

/** Null for what is no date, or a day or hour that no calendar has. */
function dateMs(text: string): number | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number((part as string | undefined) ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  const utc = new Date(0);
  utc.setUTCFullYear(year, month - 1, day);
  utc.setUTCHours(hour, minute, second, ms);
  const real =
    utc.getUTCMonth() === month - 1 && utc.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!real) return null;
  const zone = match[8];
  if (zone === undefined) return localMs(year, month, day, hour, minute, second, ms);
  const offset = zoneMinutes(zone);
  return offset === null ? null : utc.getTime() - offset * 60_000;
}

function localMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number {
  const local = new Date(2000, 0, 1);
  local.setFullYear(year, month - 1, day);
  local.setHours(hour, minute, second, ms);
  return local.getTime();
}

function zoneMinutes(zone: string): number | null {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

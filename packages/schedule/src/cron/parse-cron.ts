import { keepError, nearest, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { CRON_FIELDS, type Cron } from './cron.js';
import { parseField, type ParsedField } from './parse-field.js';

/** Far longer than anybody writes. */
const LONGEST = 256;

const MACROS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/**
 * Reads a cron expression: minute, hour, day of the month, month, weekday, or `@hourly`, `@daily` (`@midnight`), `@weekly`,
 * `@monthly`, `@yearly` (`@annually`).
 *
 * It takes what every cron takes for the same: `*`, numbers, `jan`–`dec`, `sun`–`sat`, ranges, steps of `*` or of a
 * range, lists, and 7 for Sunday. Where both kinds of days are given, either counts. Refused is what crons disagree on:
 * a step without a range, and a step of `*` in one kind of days beside the other kind, where some want both to hold. So
 * is what never comes, as 30 February.
 *
 * @example
 * parseCron('0 3 * * mon-fri'); // ok({ minutes: [0], hours: [3], monthDays: null, months: null, weekDays: [1, 2, 3, 4, 5] })
 * parseCron('0 25 * * *'); // err: the hour "25" is none; it goes from 0 to 23
 */
export function parseCron(text: string): Result<Cron, KeepError> {
  if (text.length > LONGEST) return err(problem('it is too long', 'write five fields, as in 0 3 * * *'));
  const trimmed = text.trim();
  if (trimmed.startsWith('@')) return parseMacro(trimmed);
  const words = trimmed === '' ? [] : trimmed.split(/[ \t]+/);
  if (words.length !== CRON_FIELDS.length) return err(wrongCount(trimmed, words));
  const fields: ParsedField[] = [];
  for (const [at, spec] of CRON_FIELDS.entries()) {
    const parsed = parseField(words[at] ?? '', spec);
    if (parsed.isErr()) return err(within(trimmed, parsed.error));
    fields.push(parsed.value);
  }
  return combine(fields).mapErr((error) => within(trimmed, error));
}

function parseMacro(text: string): Result<Cron, KeepError> {
  const known = MACROS[text.toLowerCase()];
  if (known !== undefined) return parseCron(known);
  if (/^@reboot$/i.test(text))
    return err(problem('@reboot is no time', 'write when it is to run, as in @daily'));
  if (/^@every\b/i.test(text))
    return err(problem('@every is known to few crons', 'write five fields: */30 * * * * is every half hour'));
  const meant = nearest(text, Object.keys(MACROS));
  const hint = meant === null ? `there are ${Object.keys(MACROS).join(', ')}` : `did you mean ${meant}?`;
  return err(problem(`"${printable(text)}" is no name of a schedule`, hint));
}

function wrongCount(text: string, words: readonly string[]): KeepError {
  if (/^(?:CRON_)?TZ=/i.test(text))
    return problem('a time zone stands in the expression', 'write timeZone: beside it');
  const hint =
    words.length > CRON_FIELDS.length
      ? 'seconds and years are no part of it'
      : 'they are minute, hour, day of the month, month and weekday, as in 0 3 * * *';
  return problem(`"${printable(text)}" has ${words.length.toString()} of 5 fields`, hint);
}

function combine(fields: readonly ParsedField[]): Result<Cron, KeepError> {
  const [minutes = EVERY, hours = EVERY, monthDays = EVERY, months = EVERY, weekDays = EVERY] = fields;
  const bothGiven = !isBareStar(monthDays) && !isBareStar(weekDays);
  if (bothGiven && (monthDays.isStar || weekDays.isStar))
    return err(
      problem(
        'it has a step of * in one kind of days beside the other kind, where some crons want both to hold and others either',
        'write the days out: 1-31/2 instead of */2',
      ),
    );
  // Of days that are all of them, either kind is always there.
  const everyDay = bothGiven && (monthDays.values === null || weekDays.values === null);
  const cron: Cron = {
    minutes: minutes.values,
    hours: hours.values,
    months: months.values,
    monthDays: everyDay ? null : monthDays.values,
    weekDays: everyDay ? null : weekDays.values,
  };
  return comes(cron) ? ok(cron) : err(problem('no month of it has such a day', 'it would never run'));
}

const EVERY: ParsedField = { values: null, isStar: true };

function isBareStar({ values, isStar }: ParsedField): boolean {
  return values === null && isStar;
}

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether there is such a day at all. */
function comes({ monthDays, months, weekDays }: Cron): boolean {
  if (monthDays === null || weekDays !== null) return true;
  const [first = 1] = monthDays;
  return LONGEST_MONTHS.some((days, at) => first <= days && (months === null || months.includes(at + 1)));
}

function within(text: string, error: KeepError): KeepError {
  return { ...error, message: `"${printable(text)}": ${error.message}` };
}

function problem(message: string, hint: string): KeepError {
  return keepError('usage', 'parse schedule', message, { hint });
}

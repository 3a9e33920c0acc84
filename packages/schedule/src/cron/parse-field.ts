import { keepError, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { CronFieldSpec } from './cron.js';

/** What stands in one field. */
export interface ParsedField {
  /** Sorted; null where every one is meant. */
  readonly values: readonly number[] | null;
  /** It begins with `*`, which some crons look at: see `parseCron`. */
  readonly isStar: boolean;
}

/**
 * Reads a field: `*`, numbers, names, ranges, each with a step or not, and lists of them. What not every cron takes, or
 * not every one in the same way, is refused with another way to write it.
 */
export function parseField(text: string, spec: CronFieldSpec): Result<ParsedField, KeepError> {
  const values = new Set<number>();
  const parts = text.split(',');
  for (const part of parts) {
    if (part.startsWith('*') && parts.length > 1)
      return err(problem(spec, text, 'has * in a list', '* alone means every one'));
    const parsed = parsePart(part, spec);
    if (parsed.isErr()) return err(parsed.error);
    for (const value of parsed.value) values.add(value === spec.most + 1 ? spec.least : value);
  }
  const isFull = values.size === spec.most - spec.least + 1;
  return ok({ values: isFull ? null : [...values].sort((a, b) => a - b), isStar: text.startsWith('*') });
}

const PART = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d{1,4}))?$/i;

function parsePart(part: string, spec: CronFieldSpec): Result<number[], KeepError> {
  const [whole, first = '', last, stepText] = PART.exec(part) ?? [];
  if (whole === undefined || (first === '*' && last !== undefined)) return err(noPart(part, spec));
  const isEvery = first === '*';
  const from = isEvery ? ok(spec.least) : parseValue(first, spec);
  if (from.isErr()) return err(from.error);
  const to = isEvery ? ok(spec.most) : last === undefined ? from : parseValue(last, spec);
  if (to.isErr()) return err(to.error);
  const [low, high] = [from.value, to.value];
  if (low > high) {
    const two = [rangeText(low, spec.most, spec), rangeText(spec.least, high, spec)];
    return err(problem(spec, part, 'runs backwards', `write ${two.join(',')}`));
  }
  if (stepText === undefined) return ok(steps(low, high, 1));
  if (!isEvery && last === undefined)
    return err(
      problem(
        spec,
        part,
        'has a step and no range, which crons take for different things',
        `write ${low}-${spec.most}/${stepText}`,
      ),
    );
  const step = Number(stepText);
  const width = high - low;
  if (step === 0 || step > width)
    return err(
      problem(
        spec,
        part,
        step === 0 ? 'has a step of 0' : `has a step that leads out of ${low}-${high}`,
        `a step counts within one field, and is 1 to ${width} here`,
      ),
    );
  return ok(steps(low, high, step));
}

function parseValue(text: string, spec: CronFieldSpec): Result<number, KeepError> {
  const { least, most, words, field } = spec;
  if (/^\d{1,4}$/.test(text)) {
    const value = Number(text);
    // Sunday has two numbers.
    if (value >= least && value <= (field === 'weekDays' ? 7 : most)) return ok(value);
    return err(problem(spec, text, 'is none', `it goes from ${least} to ${field === 'weekDays' ? 7 : most}`));
  }
  const at = words.indexOf(text.toLowerCase());
  if (at >= 0) return ok(least + at);
  const short = words.find((word) => text.toLowerCase().startsWith(word));
  if (short !== undefined) return err(problem(spec, text, 'is too long', `write ${short}`));
  return err(noPart(text, spec));
}

function noPart(text: string, spec: CronFieldSpec): KeepError {
  const names =
    spec.words.length === 0 ? '' : `, names from ${spec.words[0] ?? ''} to ${spec.words.at(-1) ?? ''}`;
  const hint = `it takes *, numbers from ${spec.least} to ${spec.most}${names}, ranges (1-5), steps (*/2) and lists (1,3)`;
  const what =
    /^h/i.test(text) && spec.words.length === 0 ? 'is not known; for chance there is jitter' : 'is none';
  return problem(spec, text, what, hint);
}

function problem({ name }: CronFieldSpec, text: string, what: string, hint: string): KeepError {
  return keepError('usage', 'parse schedule', `the ${name} "${printable(text)}" ${what}`, { hint });
}

function rangeText(low: number, high: number, { words, least }: CronFieldSpec): string {
  const [from, to] = [low, high].map((value) => words[value - least] ?? value.toString());
  return from === to ? `${from}` : `${from}-${to}`;
}

function steps(low: number, high: number, step: number): number[] {
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, at) => low + at * step);
}

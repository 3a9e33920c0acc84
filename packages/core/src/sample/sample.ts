import { err, ok, type Result } from 'neverthrow';
import { keepError, type KeepError } from '../error/keep-error.js';
import { printable } from '../path/printable.js';

/** Parts of the whole, by which samples are measured: a percent is 10,000 of them. */
export const SAMPLE_PARTS = 1_000_000;

const PARTS_A_PERCENT = SAMPLE_PARTS / 100;
const DAY_MS = 86_400_000;

/**
 * A part of everything that is kept. Every path has a fixed position on a circle of {@link SAMPLE_PARTS}, given by a digest;
 * the window has the positions from `from` on, `parts` of them, past the end from the beginning again.
 */
export interface SampleWindow {
  /** 0 to {@link SAMPLE_PARTS} - 1. */
  readonly from: number;
  /** 1 to {@link SAMPLE_PARTS}. */
  readonly parts: number;
}

/** Reads a sample's size, such as `10`, `2.5` or `10%`, in parts: above 0 and at most 100 percent. */
export function parseSampleSize(text: string): Result<number, KeepError> {
  const parts = partsOf(text);
  if (parts !== null && parts >= 1 && parts <= SAMPLE_PARTS) return ok(parts);
  return err(
    keepError('usage', 'parse sample', `"${printable(text)}" is no sample of what is kept`, {
      hint: 'give a percentage above 0 and up to 100, such as 10 or 2.5',
    }),
  );
}

/** Reads where a sample begins, in parts: from 0 to below 100 percent. */
export function parseSampleStart(text: string): Result<number, KeepError> {
  const parts = partsOf(text);
  if (parts !== null && parts < SAMPLE_PARTS) return ok(parts);
  return err(
    keepError('usage', 'parse sample', `"${printable(text)}" is no beginning of a sample`, {
      hint: 'give a percentage from 0 to below 100, as an earlier run named it',
    }),
  );
}

function partsOf(text: string): number | null {
  const match = /^(\d{1,3}(?:\.\d{1,4})?)\s*%?$/.exec(text.trim());
  return match === null ? null : Math.round(Number(match[1]) * PARTS_A_PERCENT);
}

/** How far a row of samples, each behind the last, has come. */
export interface SampleProgress {
  /** The newest of them. */
  readonly window: SampleWindow;
  /** Parts that they have together; at {@link SAMPLE_PARTS} everything. */
  readonly covered: number;
}

/**
 * The sample to read next: the one behind the last, so that a missed night leaves nothing out. Where nothing is remembered it is
 * the day's (UTC; `now` in milliseconds since 1970), which follows on the day before's.
 */
export function nextSample(last: SampleProgress | null, size: number, now: number): SampleProgress {
  if (last === null) return { window: windowOfDay(now, size), covered: size };
  return {
    window: windowAfter(last.window, size),
    covered: Math.min(SAMPLE_PARTS, last.covered + size),
  };
}

/** The window behind this one: windows that follow each other leave nothing out, whatever their sizes. */
export function windowAfter({ from, parts }: SampleWindow, size: number): SampleWindow {
  return { from: (from + parts) % SAMPLE_PARTS, parts: size };
}

/** The window of a day: from one day to the next they follow each other. */
export function windowOfDay(now: number, size: number): SampleWindow {
  const day = Math.floor(now / DAY_MS);
  return { from: (((day * size) % SAMPLE_PARTS) + SAMPLE_PARTS) % SAMPLE_PARTS, parts: size };
}

/** How many windows of this size, one behind the other, are sure to cover everything. */
export function windowsToCover(size: number, covered = 0): number {
  return Math.max(0, Math.ceil((SAMPLE_PARTS - covered) / size));
}

/** A digest's position on the circle: evenly spread, and the same for ever. */
export function samplePosition(sha256: string): number {
  return parseInt(sha256.slice(0, 12), 16) % SAMPLE_PARTS;
}

/** True for what a window has. */
export function inSample(position: number, { from, parts }: SampleWindow): boolean {
  return (position - from + SAMPLE_PARTS) % SAMPLE_PARTS < parts;
}

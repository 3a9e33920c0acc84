import { plainFields, type Bounds } from './plain-fields.js';

/** What a log tells, least important first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One thing that is told. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly level: LogLevel;
  /** What kind of thing it is, in one word: what programs look for. */
  readonly event: string;
  /** A sentence for people. */
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Bytes of a line with its end: container runtimes break longer ones, and half a line is no JSON. */
export const MOST_LINE_BYTES = 16 * 1024;

/** Tried in turn, until the line is short enough. */
const BOUNDS: readonly Bounds[] = [
  { text: 4096, items: 100 },
  { text: 512, items: 10 },
];
const LAST_RESORT: Bounds = { text: 1024, items: 0 };

// JSON leaves these as they are, a terminal obeys them.
const UNSAFE = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * An entry as one line of JSON, 16 KiB at most with its end. Long texts and lists are cut; where that is not enough, the
 * fields are left out. Nothing in it moves a cursor.
 *
 * @param clean takes the secrets out of a text
 */
export function logLine(entry: LogEntry, clean: (text: string) => string): string {
  for (const bounds of BOUNDS) {
    const line = lineOf(entry, entry.fields, bounds, clean);
    if (Buffer.byteLength(line) <= MOST_LINE_BYTES) return line;
  }
  return lineOf(entry, { cut: 'the fields were too long' }, LAST_RESORT, clean);
}

function lineOf(
  { time, level, event, message }: LogEntry,
  fields: Readonly<Record<string, unknown>>,
  bounds: Bounds,
  clean: (text: string) => string,
): string {
  const head = { time: new Date(time).toISOString(), level, event, message };
  // Twice: the head is first, and no field takes the place of one of its.
  const json = JSON.stringify(plainFields({ ...head, ...fields, ...head }, bounds, clean));
  return `${json.replace(UNSAFE, escaped)}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

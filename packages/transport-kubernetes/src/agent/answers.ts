import { isSha256 } from '@sessionkeep/core';
import { recordOf, type StatRecord } from './records.js';

/** What the agent says of a request in one word. */
export type AgentStatus =
  | 'ok'
  | 'not-found'
  | 'no-folder'
  | 'no-file'
  | 'no-home'
  | 'denied'
  | 'unsafe'
  | 'exists'
  | 'short'
  | 'damaged'
  /** With a tool's own words as the payload. */
  | 'failed'
  | 'unknown';

const STATUSES: ReadonlySet<string> = new Set<AgentStatus>([
  'ok',
  'not-found',
  'no-folder',
  'no-file',
  'no-home',
  'denied',
  'unsafe',
  'exists',
  'short',
  'damaged',
  'failed',
  'unknown',
]);

/** What begins the last line of every answer. */
export function trailerMark(nonce: string): Buffer {
  return Buffer.from(`\n${nonce} `, 'latin1');
}

/** The rest of that line; null where it is not the end of this request's answer. */
export function parseTrailer(line: string, request: number): AgentStatus | null {
  const [number, status = '', more] = line.split(' ');
  if (number !== String(request) || more !== undefined) return null;
  return STATUSES.has(status) ? (status as AgentStatus) : null;
}

/** What a session is told at its start. */
export interface Opened {
  /** The root, absolute, as the pod has it. */
  readonly root: string;
  /** Seconds since 1970 by the pod's clock when it was asked; null where it has none. */
  readonly seconds: number | null;
  /** What stands after each file, and its path; null where the pod has no `/proc`. */
  readonly mark: { readonly path: string; readonly bytes: Buffer } | null;
}

const MARK_PATH = /^\/proc\/\d{1,10}\/cmdline$/;
/** A command line of ours has a few dozen bytes more than its nonce. */
const LONGEST_MARK = 4096;

/** The answer to `open`; null where it is none. */
export function parseOpened(answer: Buffer, nonce: string): Opened | null {
  const first = answer.indexOf(0);
  const second = answer.indexOf(0, first + 1);
  const third = answer.indexOf(0, second + 1);
  if (first < 0 || second < 0 || third < 0) return null;
  const root = answer.toString('utf8', 0, first);
  const time = answer.toString('latin1', first + 1, second);
  const path = answer.toString('latin1', second + 1, third);
  if (!root.startsWith('/') || !MARK_PATH.test(path)) return null;
  const bytes = Buffer.from(answer.subarray(third + 1));
  const usable = bytes.includes(nonce, 0, 'latin1') && bytes.length <= LONGEST_MARK;
  const seconds = /^\d{1,12}$/.test(time) ? Number(time) : null;
  return { root, seconds, mark: usable ? { path, bytes } : null };
}

/** Digests by name, from `sha256sum` over names without newline and backslash; null where a line is none. */
export function parseSums(answer: Buffer): ReadonlyMap<string, string> | null {
  const sums = new Map<string, string>();
  for (const line of linesOf(answer)) {
    const [sha256, name] = [line.slice(0, 64), line.slice(66)];
    if (!isSha256(sha256) || line.slice(64, 66) !== '  ' || !name.startsWith('./')) return null;
    sums.set(name, sha256);
  }
  return sums;
}

/** Digests of parts, in order: null for one that could not be read to its end. Null altogether where a line is none. */
export function parsePartSums(answer: Buffer, parts: number): readonly (string | null)[] | null {
  const lines = linesOf(answer);
  if (lines.length !== 2 * parts) return null;
  const sums: (string | null)[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    const [code = '', line = ''] = lines.slice(index, index + 2);
    const sha256 = line.slice(0, 64);
    if (!/^\d{1,3}$/.test(code) || !isSha256(sha256) || line.slice(64) !== '  -') return null;
    sums.push(code === '0' ? sha256 : null);
  }
  return sums;
}

/** Where a link leads: to something below the root, out of it, or nowhere. */
export type Resolved = StatRecord | 'out' | 'broken';

/** The answer to `links`, by the link's own path; null where it is none. */
export function parseResolved(answer: Buffer): ReadonlyMap<string, Resolved> | null {
  const links = new Map<string, Resolved>();
  let rest = answer;
  while (rest.length > 0) {
    const link = takeRecord(rest);
    if (link === null) return null;
    rest = link.rest;
    const path = link.name.toString('utf8');
    if (link.facts === 'in') {
      const target = takeRecord(rest);
      // What it leads to was removed in between.
      const record = target === null ? null : recordOf(target.name, target.facts);
      if (target === null || record === null || 'closed' in record) {
        links.set(path, 'broken');
        continue;
      }
      rest = target.rest;
      links.set(path, record);
    } else if (link.facts === 'out' || link.facts === 'broken') {
      links.set(path, link.facts);
    } else {
      return null;
    }
  }
  return links;
}

function takeRecord(bytes: Buffer): { name: Buffer; facts: string; rest: Buffer } | null {
  const slashes = bytes.indexOf('//');
  const end = slashes < 0 ? -1 : bytes.indexOf(0x0a, slashes);
  if (end < 0) return null;
  const facts = bytes.toString('latin1', slashes + 2, end);
  return { name: bytes.subarray(0, slashes), facts, rest: bytes.subarray(end + 1) };
}

/** The tools that an image lacks, from the answer to `probe`. */
export function parseLacking(answer: Buffer): readonly string[] {
  return linesOf(answer);
}

/**
 * Whether `find` complained of nothing but what may be passed over: folders that are closed to us (they are told of as entries) and
 * what was removed meanwhile. Else the first line that is something else.
 *
 * @param closed such folders whose names would break a line: BusyBox shows names as they are
 */
export function otherComplaint(complaints: string, closed: readonly string[]): string | null {
  const harmless = /: (?:Permission denied|No such file or directory)$/;
  const rest = closed.reduce(
    (text, name) => text.replaceAll(`find: ${name}: Permission denied`, ''),
    complaints,
  );
  return rest.split('\n').find((line) => line !== '' && !harmless.test(line)) ?? null;
}

function linesOf(answer: Buffer): string[] {
  const lines = answer.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

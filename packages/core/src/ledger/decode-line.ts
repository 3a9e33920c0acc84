import { isSha256 } from '../hash/sha256.js';
import { isPath, type RelativePath } from '../path/relative-path.js';
import {
  LEDGER_FORMAT,
  type Aside,
  type Binding,
  type BrokenSegment,
  type FileFacts,
  type FileKind,
  type Line,
} from './line.js';

/**
 * A line that could be read, or why it could not. `unsupported`: a later version's, so this one must not write; a line of an
 * unknown kind has its `prev` too, since whether it really was written like that only its successor can say.
 */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly prev: string; readonly extra?: Record<string, unknown> }
  | { readonly ok: false; readonly reason: string; readonly unsupported?: boolean; readonly prev?: string };

type Json = Readonly<Record<string, unknown>>;

const FILE_KINDS: ReadonlySet<string> = new Set([
  'kept',
  'adopted',
  'grown',
  'restamped',
  'gone',
  'back',
  'pruned',
]);
/** Nanoseconds: some file systems count seconds in 64 bits, which makes 28 digits. */
const DECIMAL = /^-?\d{1,28}$/;
const TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Parses the text of one ledger line, trusting nothing in it. */
export function decodeLine(text: string): Decoded<Line> {
  const json = parseObject(text);
  if (json === null) return bad('it is no JSON object');
  const { kind, prev } = json;
  if (!isSha256(prev)) return bad('its prev is no digest');
  if (!isTime(json['at']) || typeof json['run'] !== 'string') return bad('it has no time or run');
  const stamp = { at: json['at'], run: json['run'] };
  if (kind === 'header') return header(json, prev, stamp);
  if (kind === 'rebound') {
    const binding = bindingOf(json);
    return binding === null
      ? bad('its binding is incomplete')
      : { ok: true, prev, value: { kind, ...stamp, ...binding } };
  }
  if (typeof kind !== 'string' || !(FILE_KINDS.has(kind) || kind === 'aside' || kind === 'state')) {
    return { ok: false, reason: 'its kind is unknown to this version', unsupported: true, prev };
  }
  const facts = fileFacts(json);
  if (facts === null) return bad('its path, size, sha256 or times are not valid');
  return fileLine(kind, json, prev, { ...facts, ...stamp });
}

function fileLine(
  kind: string,
  json: Json,
  prev: string,
  common: FileFacts & { at: string; run: string },
): Decoded<Line> {
  const extra = unknownFields(json);
  if (extra !== undefined && isDeep(extra, MAX_DEPTH)) return bad('it is nested too deeply');
  const found = (value: Line): Decoded<Line> =>
    extra === undefined ? { ok: true, prev, value } : { ok: true, prev, value, extra };
  if (kind === 'aside') return found({ kind, ...common, lost: json['lost'] === true });
  if (kind !== 'state') return found({ kind: kind as FileKind, ...common });
  const { status, gone } = json;
  if (status !== 'live' && status !== 'aside' && status !== 'pruned') return bad('its status is unknown');
  const aside = asideOf(json['aside']);
  if (aside === null || (status === 'aside') !== (aside !== undefined)) return bad('its aside is not valid');
  return found({ kind, ...common, status, gone: gone === true, ...(aside && { aside }) });
}

function header(json: Json, prev: string, stamp: { at: string; run: string }): Decoded<Line> {
  const { format, segment, source, repo, target } = json;
  if (format !== LEDGER_FORMAT)
    return { ok: false, reason: 'its format is not known to this version', unsupported: true };
  const binding = bindingOf(json);
  const broken = brokenOf(json['broken']);
  if (binding === null || broken === null || !isCount(segment)) return bad('its header is incomplete');
  if (typeof source !== 'string' || typeof repo !== 'string' || typeof target !== 'string')
    return bad('its header is incomplete');
  return {
    ok: true,
    prev,
    value: {
      kind: 'header',
      ...stamp,
      ...binding,
      format,
      segment,
      source,
      repo,
      target,
      ...(broken && { broken }),
    },
  };
}

export function bindingOf({ origin, layout, projects }: Json): Binding | null {
  if (typeof origin !== 'string' || (layout !== 'flat' && layout !== 'folders')) return null;
  if (!Array.isArray(projects) || !projects.every((name) => typeof name === 'string')) return null;
  return { origin, layout, projects };
}

function brokenOf(value: unknown): BrokenSegment | null | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) return null;
  const { segment, sha256, lastValid, validLines, reason } = value;
  if (!isCount(segment) || !isSha256(sha256) || !isSha256(lastValid) || !isCount(validLines)) return null;
  return typeof reason === 'string' ? { segment, sha256, lastValid, validLines, reason } : null;
}

function asideOf(value: unknown): Aside | null | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value) || !isCount(value['size']) || !isSha256(value['sha256'])) return null;
  return { size: value['size'], sha256: value['sha256'], lost: value['lost'] === true };
}

function fileFacts(json: Json): FileFacts | null {
  const { path, stored, size, sha256, mtime, targetMtime } = json;
  if (!isFilePath(path) || !isCount(size) || !isSha256(sha256)) return null;
  if (!isDecimal(mtime) || !isDecimal(targetMtime)) return null;
  if (stored !== undefined && !isFilePath(stored)) return null;
  const facts = { path, size, sha256, mtime: BigInt(mtime), targetMtime: BigInt(targetMtime) };
  return stored === undefined ? facts : { ...facts, stored };
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set(
  'kind path stored size sha256 mtime targetMtime at run prev lost status gone aside'.split(' '),
);

function unknownFields(json: Json): Record<string, unknown> | undefined {
  let extra: Record<string, unknown> | undefined;
  // Without a prototype, a field called __proto__ is one like any other.
  for (const key in json) {
    if (!KNOWN_FIELDS.has(key)) (extra ??= Object.create(null) as Record<string, unknown>)[key] = json[key];
  }
  return extra;
}

/** What is carried over is written again, and writing JSON recurses. */
const MAX_DEPTH = 32;

function isDeep(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeep(inner, depth - 1));
}

/** A JSON object, or null for anything else. */
export function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number of bytes, lines or the like. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value);
}

/** A time in nanoseconds, as lines write it. */
export function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && DECIMAL.test(value);
}

function isFilePath(value: unknown): value is RelativePath {
  return typeof value === 'string' && value !== '' && isPath(value);
}

function bad(reason: string): { ok: false; reason: string } {
  return { ok: false, reason };
}

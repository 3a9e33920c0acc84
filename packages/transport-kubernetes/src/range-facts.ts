import { err, ok, type Result } from 'neverthrow';
import { isPath, parentPath, type Range, type RelativePath } from '@sessionkeep/core';
import { parseResolved, type Resolved } from './agent/answers.js';
import { kindOfMode, parseRecords, type StatRecord } from './agent/records.js';
import { dotted, encodeList, placeWords } from './agent/words.js';
import { problem, type Problem } from './failure.js';
import { askOf } from './place.js';
import type { Session } from './session/session.js';

/** Where a range's bytes lie, no link on the way, and what was said of the file; or why it cannot be had. */
export type RangeFacts =
  { readonly path: string; readonly record: StatRecord } | { readonly problem: Problem };

/** At most so many ranges are looked at in one go, and so many bytes of names and of contents. */
const MOST_RANGES = 256;
const MOST_NAMES = 24 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;

/** How many ranges from the first are one batch. */
export function batchLength(ranges: readonly Range[], from: number): number {
  let names = 0;
  let bytes = 0;
  let count = 0;
  for (; from + count < ranges.length && count < MOST_RANGES; count++) {
    const { path, length } = ranges[from + count] ?? { path: '', length: 0 };
    names += Buffer.byteLength(path) + 64;
    bytes += length;
    if (count > 0 && (names > MOST_NAMES || bytes > MOST_BYTES)) break;
  }
  return count;
}

/**
 * Looks at the files of a batch and the folders above them by one `stat`. What lies behind a link is resolved, and what is missing
 * asked after one by one: neither is usual.
 */
export async function factsOf(
  session: Session,
  ranges: readonly Range[],
): Promise<Result<readonly RangeFacts[], Problem>> {
  const records = await recordsOf(session, pathsAndFolders(ranges));
  if (records.isErr()) {
    // The root itself: it says the same of all.
    if (session.alive) return ok(ranges.map(() => ({ problem: records.error })));
    return err(records.error);
  }
  const linked = ranges.flatMap(({ path }) => (isLinked(records.value, path) ? [path] : []));
  const resolved = await resolve(session, [...new Set(linked)]);
  if (resolved.isErr()) return err(resolved.error);
  const facts: RangeFacts[] = [];
  for (const range of ranges) {
    const found = factsOfOne(
      range,
      records.value.get(dotted(range.path)),
      resolved.value.get(dotted(range.path)),
    );
    if (found !== null) {
      facts.push(found);
      continue;
    }
    const reason = await whyNot(session, range.path);
    if (reason.isErr() && !session.alive) return err(reason.error);
    // It has appeared since.
    facts.push({ problem: reason.isErr() ? reason.error : problem('changed', 'it comes and goes') });
  }
  return ok(facts);
}

/** What a batch is: records by the name that was asked for. */
export async function recordsOf(
  session: Session,
  paths: readonly string[],
): Promise<Result<ReadonlyMap<string, StatRecord>, Problem>> {
  const body = encodeList(paths.map(dotted));
  const answer = await askOf(session, { words: ['stat', String(body.length)], body });
  if (answer.isErr()) return err(answer.error);
  const items = parseRecords(answer.value);
  if (items === null)
    return err(problem('io', 'the pod says nothing of these files that can be understood', { retry: true }));
  const records = new Map<string, StatRecord>();
  for (const item of items) if ('size' in item) records.set(item.name.toString('utf8'), item);
  return ok(records);
}

/** Why a file cannot be read, as an error; `ok` where it can. */
export async function whyNot(session: Session, path: RelativePath): Promise<Result<void, Problem>> {
  return (await askOf(session, { words: ['why', ...placeWords(path)] })).map(() => undefined);
}

/** Whether a record is of the file that a range means, and has its bytes. */
export function rangeProblem({ offset, length, identity = '' }: Range, record: StatRecord): Problem | null {
  if (kindOfMode(record.mode) !== 'file') return problem('changed', 'it is no regular file');
  if (identity !== '' && identity !== record.identity) return problem('changed', 'another file has its name');
  if (record.size < offset + length) {
    return problem('short', `it has ${record.size} bytes, not the ${offset + length} that were promised`);
  }
  return null;
}

function pathsAndFolders(ranges: readonly Range[]): readonly string[] {
  const paths = new Set<string>();
  for (const { path } of ranges) {
    for (let one = path; one !== '' && !paths.has(one); one = parentPath(one)) paths.add(one);
  }
  return [...paths];
}

/** Whether the path or a folder above it is a link. */
function isLinked(records: ReadonlyMap<string, StatRecord>, path: RelativePath): boolean {
  for (let one = path; one !== ''; one = parentPath(one)) {
    const record = records.get(dotted(one));
    if (record !== undefined && kindOfMode(record.mode) === 'link') return true;
  }
  return false;
}

async function resolve(
  session: Session,
  paths: readonly string[],
): Promise<Result<ReadonlyMap<string, Resolved>, Problem>> {
  if (paths.length === 0) return ok(new Map());
  const body = encodeList(paths.map(dotted));
  const answer = await askOf(session, { words: ['links', String(body.length)], body });
  if (answer.isErr()) return err(answer.error);
  const resolved = parseResolved(answer.value);
  return resolved === null
    ? err(problem('io', 'the pod says nothing of these links that can be understood', { retry: true }))
    : ok(resolved);
}

/** Null for what is not there. */
function factsOfOne(
  range: Range,
  record: StatRecord | undefined,
  resolved: Resolved | undefined,
): RangeFacts | null {
  if (resolved === 'out') return { problem: problem('unsafe', 'it leads out of its root') };
  if (resolved === 'broken') return { problem: problem('not-found', 'the link leads nowhere') };
  const found = resolved ?? record;
  if (found === undefined) return null;
  const path = resolved === undefined ? range.path : found.name.toString('utf8').slice(2);
  if (!isPath(path)) return { problem: problem('unsafe', 'its name cannot be trusted') };
  const trouble = rangeProblem(range, found);
  return trouble === null ? { path, record: found } : { problem: trouble };
}

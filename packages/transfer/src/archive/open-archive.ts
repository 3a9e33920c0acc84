import {
  childPath,
  keepError,
  parseObject,
  type Answer,
  type KeepError,
  type NameRules,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { readSmallFile } from '../io/read-range.js';
import { NO_MEMORY, type Memory } from '../memory/memory.js';
import { META, TARGET_FILE } from './archive-paths.js';

/** A target whose identity is known, and what every call on it needs: open it once, and hand it to each. */
export interface Archive {
  readonly target: Transport;
  /** Its random id; null only in a dry run on a target that is none yet. */
  readonly id: string | null;
  /** This very opening made it: nobody has written to it before. */
  readonly isNew: boolean;
  /** How the target treats names and times: probed once, by a temporary file, when a writer first asks. */
  readonly rules: () => Answer<NameRules>;
  /** What this machine remembers of it. */
  readonly memory: Memory;
  /** What its files and its ledgers' chains are digested with. */
  readonly sha256: Sha256;
}

/** What {@link openArchive} is told. */
export interface OpenArchiveOptions {
  readonly target: Transport;
  readonly sha256: Sha256;
  /** What this machine remembers of its archives; nothing when not given. */
  readonly memory?: Memory;
  /** The id that the configuration pins. */
  readonly pinnedId?: string;
  /** Make the archive where there is none yet; false unless given. A reader and a dry run leave it out. */
  readonly create?: boolean;
  /** Accept an archive with another id than the remembered one, or none, and remember it. */
  readonly rebind?: boolean;
  /** A fresh random id, for a new archive; a UUID when not given. */
  readonly newId?: () => string;
}

const FORMAT = 1;

/**
 * Finds out which archive a target is. A target that this machine wrote to before, or that the configuration pins, and
 * that now has no identity is an unmounted disk: `unreachable`, never a fresh archive. One with another identity is `foreign`.
 *
 * @example
 * const opened = await openArchive({ target, sha256: nodeSha256, create: true });
 * if (opened.isErr()) throw new Error(opened.error.message);
 */
export async function openArchive(options: OpenArchiveOptions): Answer<Archive> {
  const { target, sha256, memory = NO_MEMORY, pinnedId, create = false, rebind = false } = options;
  const remembered = await memory.targetId(target.name);
  const expected = pinnedId ?? (rebind ? null : remembered);
  const found = await readTargetId(target);
  if (found.isErr()) return err(found.error);
  if (found.value === null && expected !== null) return err(notThere(target));
  if (found.value !== null && expected !== null && found.value !== expected)
    return err(another(target, pinnedId !== undefined));
  if (found.value === null && !create) return ok(archiveOf(target, null, { sha256, memory }));
  const made = found.value === null ? await createTarget(options) : ok({ id: found.value, isNew: false });
  if (made.isErr()) return err(made.error);
  const { id, isNew } = made.value;
  if (create && remembered !== id) await memory.rememberTarget(target.name, id);
  return ok({ ...archiveOf(target, id, { sha256, memory }), isNew });
}

/** An archive of known identity on a target. */
export function archiveOf(
  target: Transport,
  id: string | null,
  parts: Pick<Archive, 'sha256' | 'memory'>,
): Archive {
  let rules: Answer<NameRules> | undefined;
  const ask = async (): Answer<NameRules> => {
    const answer = await target.probe(META, 'write');
    // What failed once may succeed for the next repo.
    if (answer.isErr()) rules = undefined;
    return answer;
  };
  return { target, id, isNew: false, rules: () => (rules ??= ask()), ...parts };
}

/** The id in `target.json`; null where there is no such file. */
export async function readTargetId(target: Transport): Answer<string | null> {
  const bytes = await readSmallFile(target, TARGET_FILE, 64 * 1024);
  if (bytes.isErr()) return bytes.error.kind === 'not-found' ? ok(null) : err(bytes.error);
  const json = parseObject(new TextDecoder().decode(bytes.value));
  const id = json?.['id'];
  if (json === null || typeof id !== 'string' || !/^[0-9a-z-]{8,64}$/.test(id)) {
    const hint = 'put the file back from a copy of the archive; its files are untouched';
    return err(
      keepError('damaged', 'open archive', `.sessionkeep/target.json in ${target.name} cannot be read`, {
        hint,
      }),
    );
  }
  if (json['format'] !== FORMAT) {
    const hint = 'use the version of sessionkeep that wrote it';
    return err(
      keepError(
        'unsupported',
        'open archive',
        `${target.name} has an archive format that this version does not know`,
        { hint },
      ),
    );
  }
  return ok(id);
}

async function createTarget({
  target,
  newId = () => crypto.randomUUID(),
}: OpenArchiveOptions): Answer<Pick<Archive, 'isNew'> & { id: string }> {
  const id = newId();
  const bytes = new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, id })}\n`);
  const temporary = childPath(META, `target.${id}.tmp`);
  const made = await target.publish({ path: TARGET_FILE, temporary, bytes });
  if (made.isErr()) {
    await target.remove(temporary).then(() => undefined);
    if (made.error.kind !== 'exists') return err(made.error);
    // Another run was first: its archive is ours too.
    const theirs = await readTargetId(target);
    if (theirs.isErr()) return err(theirs.error);
    return theirs.value === null ? err(made.error) : ok({ id: theirs.value, isNew: false });
  }
  const flushed = await target.flush([META]);
  return flushed.isErr() ? err(flushed.error) : ok({ id, isNew: true });
}

function notThere(target: Transport): KeepError {
  return keepError('unreachable', 'open archive', `${target.name} was an archive before and is none now`, {
    transport: target.name,
    hint: 'is its disk or share mounted? To start a new archive there: `sessionkeep backup --rebind`',
  });
}

function another(target: Transport, pinned: boolean): KeepError {
  const known = pinned ? 'the configuration pins' : 'this machine wrote to';
  return keepError('foreign', 'open archive', `${target.name} is another archive than the one ${known}`, {
    transport: target.name,
    hint: pinned ? 'correct its id: in the configuration' : 'if that is meant: `sessionkeep backup --rebind`',
  });
}

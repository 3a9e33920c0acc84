import {
  childPath,
  clockFinding,
  failedFinding,
  fineFinding,
  keepError,
  ROOT,
  type Answer,
  type Bytes,
  type ExamineStep,
  type Finding,
  type NameRules,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { readSmallFile } from '../io/read-range.js';

/** What {@link examineFolder} is told. */
export interface ExamineOptions {
  /** This machine's clock, in nanoseconds since 1970. */
  readonly now: () => bigint;
  /** `look` writes nothing. */
  readonly mode: 'write' | 'look';
  /** What else is looked at while the folder is sure to be there. */
  readonly also?: () => Iterable<Finding> | AsyncIterable<Finding>;
  readonly signal?: AbortSignal;
  /** Makes the probe's name a fresh one; a UUID when not given. */
  readonly newId?: () => string;
}

/**
 * Tries out step by step what a backup needs of a place: its folder, and to write, read, rename, date and delete a probe of its
 * own, which is removed. After a step that failed those that need it are left out.
 *
 * @example
 * const now = (): bigint => BigInt(Date.now()) * 1_000_000n;
 * for await (const { step, outcome, says } of examineFolder(transport, { now, mode: 'write' })) console.log(step, outcome, says);
 */
export async function* examineFolder(transport: Transport, options: ExamineOptions): AsyncIterable<Finding> {
  const listed = await transport.list(ROOT);
  if (listed.isErr()) yield failedFinding('folder', listed.error);
  else {
    yield fineFinding('folder', 'is there');
    if (options.mode === 'write') yield* tryOut(transport, options);
  }
}

const PROBE_BYTES = 100_000;
/** Odd in every step that a medium may have. */
const PROBE_TIME = 1_600_000_001_123_456_700n;

async function* tryOut(transport: Transport, options: ExamineOptions): AsyncIterable<Finding> {
  const { now, also, signal, newId = () => crypto.randomUUID() } = options;
  const folder = childPath(ROOT, `.sessionkeep-doctor-${newId()}`);
  const [probe, renamed] = [childPath(folder, 'probe'), childPath(folder, 'renamed')];
  const bytes = new Uint8Array(PROBE_BYTES).map((_, at) => at % 251);
  const call = signal === undefined ? {} : { signal };
  const began = now();
  const made = await transport.create(probe, once(bytes), bytes.length, call);
  if (made.isErr()) {
    yield failedFinding('write', made.error);
    await clear(transport, [probe, folder]).then(() => undefined);
    return;
  }
  let isCleared = false;
  try {
    yield fineFinding('write', `${(PROBE_BYTES / 1000).toString()} KB, durable`);
    yield clockFinding(offsetOf(made.value.mtime, began, now()));
    yield await step('read', readBack(transport, probe, bytes), () => 'the same bytes');
    const rules = await transport.probe(folder, 'write');
    yield await step('time', setTime(transport, probe), () =>
      rules.isOk() ? `in steps of ${shownStep(rules.value.timeStep)}` : 'is taken',
    );
    yield await step('rename', rename(transport, probe, renamed), () => 'without replacing');
    yield rules.isOk() ? namesFinding(rules.value) : failedFinding('names', rules.error);
    if (also !== undefined) yield* also();
    isCleared = true;
    yield await step(
      'delete',
      clear(transport, [probe, renamed, folder]),
      () => 'nothing of the probe is left',
    );
  } finally {
    // Who stops listening half-way leaves nothing behind either.
    if (!isCleared) await clear(transport, [probe, renamed, folder]).then(() => undefined);
  }
}

async function step<T>(name: ExamineStep, answer: Answer<T>, says: (value: T) => string): Promise<Finding> {
  return (await answer).match(
    (value) => fineFinding(name, says(value)),
    (error) => failedFinding(name, error),
  );
}

async function readBack(transport: Transport, path: RelativePath, bytes: Uint8Array): Answer<void> {
  const read = await readSmallFile(transport, path, bytes.length);
  if (read.isErr()) return err(read.error);
  const same = read.value.length === bytes.length && read.value.every((byte, at) => byte === bytes[at]);
  return same
    ? ok(undefined)
    : err(keepError('damaged', 'read', `other bytes came back from ${transport.name} than were written`));
}

async function setTime(transport: Transport, path: RelativePath): Answer<void> {
  return (await transport.setModifiedTime(path, PROBE_TIME)).map(() => undefined);
}

/** Files are never replaced by a rename: that is tried too. */
async function rename(transport: Transport, from: RelativePath, to: RelativePath): Answer<void> {
  const moved = await transport.rename(from, to);
  if (moved.isErr()) return err(moved.error);
  const other = await transport.create(from, once(new Uint8Array()), 0);
  if (other.isErr()) return err(other.error);
  const replaced = await transport.rename(from, to);
  if (replaced.isOk())
    return err(keepError('unsupported', 'rename', `a rename on ${transport.name} replaces what is there`));
  return replaced.error.kind === 'exists' ? ok(undefined) : err(replaced.error);
}

async function clear(transport: Transport, paths: readonly RelativePath[]): Answer<void> {
  for (const path of paths) {
    const removed = await transport.remove(path);
    if (removed.isErr()) return err(removed.error);
  }
  return ok(undefined);
}

async function* once(bytes: Uint8Array): Bytes {
  if (bytes.length > 0) yield ok(bytes);
}

/** The file got its time between the call and its answer. */
function offsetOf(stamp: bigint, began: bigint, ended: bigint): bigint {
  return stamp < began ? stamp - began : stamp > ended ? stamp - ended : 0n;
}

function namesFinding({ foldsCase, normalizes, maxNameBytes, maps }: NameRules): Finding {
  const rules = [
    foldsCase ? '"a" and "A" are one file' : '"a" and "A" are two files',
    ...(maps ? ['what it cannot hold is stored under other names'] : []),
    ...(normalizes || maps
      ? ['both Unicode forms are one name']
      : ['each Unicode form is a name of its own']),
    `up to ${maxNameBytes.toString()} bytes`,
  ];
  return fineFinding('names', rules.join('; '));
}

function shownStep(step: bigint): string {
  if (step >= 1_000_000_000n) return `${(step / 1_000_000_000n).toString()} s`;
  if (step >= 1_000_000n) return `${(step / 1_000_000n).toString()} ms`;
  return step >= 1000n ? `${(step / 1000n).toString()} µs` : `${step.toString()} ns`;
}

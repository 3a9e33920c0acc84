import {
  keepError,
  type Bytes,
  type KeepError,
  type Op,
  type Range,
  type Step,
  type Transport,
} from '@sessionkeep/core';
import { err, type Result } from 'neverthrow';
import type { GroupCommit } from './group-commit.js';
import { stepOf, type HeldStep } from './make-plan.js';
import type { StepRunner } from './step-runner.js';
import type { Turns } from './turns.js';

export interface RunStepsOptions {
  readonly source: Transport;
  readonly sourcePath: (path: Step['path']) => Step['path'];
  readonly runner: StepRunner;
  readonly group: GroupCommit;
  readonly lanes: number;
  /** Taken for each batch of files, where others have to have their turns too. */
  readonly turns?: Turns;
  readonly signal?: AbortSignal;
  /** Why nothing more may be done, or null. */
  readonly stopped: () => KeepError | null;
  /** Called once a step: with `ok` when its lines are durable. `fromSource`: the source's file was not what was scanned. */
  readonly onDone: (step: Step, result: Result<void, KeepError>, fromSource: boolean) => void;
}

/** What is read together, through one call, where the source does not say better. */
const READS_AT_ONCE = { files: 32, bytes: 8 * 1024 * 1024 };
/** Effects that may wait for their lines before lanes wait too. */
const BACKLOG = 1024;

/** Carries steps out in several lanes, the largest first and the youngest last; returns when every line is durable. */
export async function runSteps(steps: readonly HeldStep[], options: RunStepsOptions): Promise<void> {
  const work: Work = {
    ...options,
    queue: [...steps].sort(byReadAfterThenSize),
    next: 0,
    committing: new Set(),
  };
  await Promise.all(Array.from({ length: Math.max(1, options.lanes) }, () => lane(work)));
  for (const held of work.queue.slice(work.next)) options.onDone(stepOf(held), err(notDone(work)), false);
  await options.group.drain();
  await Promise.all(work.committing);
}

/** What the lanes share. */
interface Work extends RunStepsOptions {
  readonly queue: readonly HeldStep[];
  next: number;
  readonly committing: Set<Promise<void>>;
}

function byReadAfterThenSize(a: HeldStep, b: HeldStep): number {
  const [first, second] = [readAfterOf(a), readAfterOf(b)];
  return first === second ? bytesOf(b) - bytesOf(a) : first < second ? -1 : 1;
}

function readAfterOf(held: HeldStep): bigint {
  return ('ops' in held ? held.readAfter : undefined) ?? 0n;
}

function bytesOf(held: HeldStep): number {
  return 'ops' in held ? held.bytes : held.size;
}

async function lane(work: Work): Promise<void> {
  while (work.next < work.queue.length && stopReason(work) === null) {
    if (work.group.backlog > BACKLOG) await work.group.drain();
    await work.turns?.take();
    await runBatch(nextBatch(work), work);
    work.turns?.giveBack();
  }
}

async function runBatch(batch: readonly Step[], work: Work): Promise<void> {
  await untilReadable(batch, work.signal);
  const reading = batch.filter((step) => fillOf(step) !== undefined);
  for (const step of batch) if (fillOf(step) === undefined) await runOne(step, null, work);
  if (reading.length > 0) await runReading(reading, work);
}

function nextBatch(work: Work): readonly Step[] {
  const most = work.source.traits.readsAtOnce ?? READS_AT_ONCE;
  const from = work.next;
  let bytes = 0;
  while (work.next < work.queue.length) {
    const held = work.queue[work.next];
    bytes += held === undefined ? 0 : bytesOf(held);
    if (work.next > from && (bytes > most.bytes || work.next - from >= most.files)) break;
    work.next++;
  }
  return work.queue.slice(from, work.next).map(stepOf);
}

async function runReading(steps: readonly Step[], options: Work): Promise<void> {
  const ranges = steps.map((step) => rangeOf(step, options));
  let at = 0;
  for await (const { chunks } of options.source.read(ranges, options.signal && { signal: options.signal })) {
    const step = steps[at];
    if (step === undefined || stopReason(options) !== null) break;
    at++;
    await runOne(step, chunks, options);
  }
  // A source that ended its answers early has said nothing about the rest.
  const reason =
    stopReason(options) ??
    keepError('short', 'read', `${options.source.name} ended its answer early`, { retry: true });
  for (const step of steps.slice(at)) options.onDone(step, err(reason), false);
}

async function runOne(step: Step, chunks: Bytes | null, options: Work): Promise<void> {
  const stopped = stopReason(options);
  if (stopped !== null) {
    options.onDone(step, err(stopped), false);
    return;
  }
  const source = { failed: false };
  const watched = chunks && watch(chunks, () => (source.failed = true));
  const done = await options.runner.run(step, watched);
  if (done.isErr()) {
    options.onDone(step, err(done.error), source.failed || done.error.kind === 'changed');
    return;
  }
  const committed = done.value.committed.then((result) => {
    options.committing.delete(committed);
    options.onDone(step, result, false);
  });
  options.committing.add(committed);
}

/** Notices an error that came from the source itself. */
async function* watch(chunks: Bytes, onError: () => void): Bytes {
  for await (const chunk of chunks) {
    if (chunk.isErr()) onError();
    yield chunk;
  }
}

function rangeOf(step: Step, { sourcePath }: RunStepsOptions): Range {
  const fill = fillOf(step);
  const offset = fill?.from ?? 0;
  const length = (fill?.size ?? 0) - offset;
  return { path: sourcePath(step.path), offset, length, identity: step.source?.identity ?? '' };
}

function fillOf(step: Step): (Op & { do: 'fill' }) | undefined {
  return step.ops.find((op) => op.do === 'fill');
}

function stopReason({ stopped, signal }: RunStepsOptions): KeepError | null {
  return signal?.aborted === true ? keepError('aborted', 'backup', 'interrupted') : stopped();
}

function notDone(options: RunStepsOptions): KeepError {
  return stopReason(options) ?? keepError('io', 'backup', 'not done');
}

/** Waits until files of this batch are old enough for their time to tell a later change. */
async function untilReadable(batch: readonly Step[], signal?: AbortSignal): Promise<void> {
  const after = batch.reduce((latest, { readAfter = 0n }) => (readAfter > latest ? readAfter : latest), 0n);
  const wait = Number(after / 1_000_000n) + 1 - Date.now();
  if (wait <= 0 || signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(wait, 5000));
    signal?.addEventListener('abort', done);
  });
}

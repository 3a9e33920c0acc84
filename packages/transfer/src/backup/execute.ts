import {
  joinPath,
  keepError,
  printable,
  type Answer,
  type FileEntry,
  type KeepError,
  type Lease,
  type LiveRecord,
  type Planned,
  type RelativePath,
  type SavedSteps,
  type Step,
  type TargetEntry,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { KeptAs } from '../archive/kept-as.js';
import { targetFailure } from '../archive/target-failure.js';
import type { LedgerWriter } from '../ledger/ledger-writer.js';
import type { BackupContext } from './backup-repo.js';
import { GroupCommit } from './group-commit.js';
import { makePlan, type HeldStep, type MadePlan } from './make-plan.js';
import { runSteps } from './run-steps.js';
import { StepRunner } from './step-runner.js';

export interface Execution {
  readonly plan: MadePlan;
  readonly writer: LedgerWriter;
  readonly lease: Lease;
  readonly sourcePath: (path: RelativePath) => RelativePath;
  readonly keptAs: KeptAs;
  /** Holds the run to a saved plan, if there is one. */
  readonly saved: SavedSteps | null;
}

/** How often a file that was not what the scan had seen is looked at again. */
const SECOND_LOOKS = 2;

/** Errors that say: the way to the target (or to the source) was lost. Bytes that were on it are gone, and it may be back. */
const LOST: ReadonlySet<KeepError['kind']> = new Set(['unreachable', 'timeout']);

/** Carries a plan out. What went wrong with single files is in the tally; what ended the run is there as its failure. */
export async function execute(context: BackupContext, execution: Execution): Promise<void> {
  const { tally, signal } = context;
  const { plan, writer, lease, sourcePath, keptAs } = execution;
  const { target } = context.archive;
  tally.planned(plan.steps.length, plan.bytes, plan.idle);
  const fatal: { error: KeepError | null } = { error: null };
  const way = new WayBack(lease, (error) => (fatal.error ??= error));
  const group = new GroupCommit({ target, writer, groupLines: context.groupLines ?? 256, groupMs: 500 });
  let current = plan;
  let sourceIsLost = false;
  for (let look = 0; current.steps.length > 0; look++) {
    const again: Step[] = [];
    const runner = new StepRunner({
      source: context.source,
      target,
      paths: context.paths,
      sourcePath,
      keptAs,
      book: current.book,
      group,
      lease,
      sha256: context.archive.sha256,
      run: `${context.holder.run}-${look.toString()}`,
      onBytes: (count) => tally.moved(count),
      ...(signal && { signal }),
    });
    const [settled, toDo]: [Step[], HeldStep[]] = [[], []];
    for (const held of current.steps) {
      if ('ops' in held && held.ops.length === 0) settled.push(held);
      else toDo.push(held);
    }
    for (const step of settled) tally.step(step, ok(undefined));
    await runSteps(toDo, {
      source: context.source,
      sourcePath,
      runner,
      group,
      lanes: context.lanes ?? target.traits.lanes,
      ...(context.turns && { turns: context.turns }),
      stopped: () => fatal.error ?? writer.stopped,
      onDone: (step, result, fromSource) => {
        const error = result.isErr() ? result.error : null;
        const lost = error !== null && !fromSource && LOST.has(error.kind);
        if (lost) way.find();
        const mayLook = look < SECOND_LOOKS;
        const ended = error === null || fromSource || (lost && mayLook) ? null : endOf(error, target);
        fatal.error ??= ended;
        const unmet = ended !== null || (error !== null && error === (fatal.error ?? writer.stopped));
        const anew = error !== null && (lost || fromSource) && mayLook && step.source !== undefined;
        if (anew && signal?.aborted !== true) again.push(step);
        else if (unmet) tally.notDone(step);
        else tally.step(step, result);
      },
      ...(signal && { signal }),
    });
    await way.found();
    const next = fatal.error === null ? await lookAgain(context, again, execution) : err(fatal.error);
    if (next.isErr()) {
      if (fatal.error === null && LOST.has(next.error.kind)) {
        fatal.error = next.error;
        sourceIsLost = true;
      }
      for (const step of again) {
        if (next.error === fatal.error) tally.notDone(step);
        else tally.step(step, err(next.error));
      }
      break;
    }
    current = next.value;
  }
  tally.linesWritten = writer.linesWritten;
  if (signal?.aborted === true) tally.fail(keepError('aborted', 'backup', 'interrupted'));
  const ended = fatal.error ?? writer.stopped;
  if (ended !== null) tally.end(ended, sourceIsLost ? null : target);
}

/** What ends the run, if the error does: nothing on this target can go well after it. */
function endOf(error: KeepError, target: Transport): KeepError | null {
  return error.kind === 'lease-lost' ? error : targetFailure(error, target);
}

/** Finds out, once for all who lost their way to the target, whether it is back and still ours. */
class WayBack {
  private search: Promise<void> = Promise.resolve();
  private searching = false;

  constructor(
    private readonly lease: Lease,
    private readonly onLost: (error: KeepError) => void,
  ) {}

  find(): void {
    if (this.searching) return;
    this.searching = true;
    this.search = this.lease.check().then((held) => {
      this.searching = false;
      if (held.isErr()) this.onLost(held.error);
    });
  }

  found(): Promise<void> {
    return this.search;
  }
}

/**
 * Files that changed, shrank or were replaced while they were read, or on whose way the target was lost: planned anew from what
 * both sides have now. Under a saved plan that comes to the same step, or to none.
 */
async function lookAgain(
  context: BackupContext,
  steps: readonly Step[],
  execution: Execution,
): Answer<MadePlan> {
  const { plan, writer, sourcePath, keptAs, saved } = execution;
  const planned: Planned[] = [];
  for (const step of steps) {
    const one = await situationNow(context, step, writer.state.records.get(step.path) ?? null, execution);
    if (one.isErr()) return err(one.error);
    planned.push(saved === null ? one.value : saved.again(one.value));
  }
  return makePlan(context, planned, {
    policy: plan.policy,
    sourcePath,
    keptAs,
    ...(saved && { judge: (step: Step) => saved.judge(step) }),
  });
}

async function situationNow(
  context: BackupContext,
  step: Step,
  record: LiveRecord | null,
  { sourcePath, keptAs, saved }: Execution,
): Answer<Planned> {
  const { path } = step;
  const source = await context.source.stat(sourcePath(path));
  // A source that is gone is told of once, not file by file.
  if (source.isErr() && LOST.has(source.error.kind)) return err(source.error);
  if (source.isErr())
    return ok({ step: given(step, source.error.kind === 'not-found' ? vanished(step) : source.error) });
  if (source.value.kind !== 'file') return ok({ step: given(step, vanished(step)) });
  const stored = keptAs({ path, target: step.target ?? null, record });
  const live = joinPath(context.paths.live, stored);
  const there = await context.archive.target.stat(live);
  if (there.isErr() && there.error.kind !== 'not-found') return ok({ step: given(step, there.error) });
  const { size, mtime, identity } = source.value;
  const found: FileEntry = { kind: 'file', path, size, mtime, identity };
  const file = saved === null ? found : saved.frozen(found, record);
  const target: TargetEntry | null = there.isOk()
    ? { path, size: there.value.size, mtime: there.value.mtime, ...(stored !== path && { stored }) }
    : null;
  const situation = { path, source: file, unreadable: null, absence: 'absent' as const, record, target };
  return ok({ situation, questions: [] });
}

function given(step: Step, error: KeepError): Step {
  return { ...step, ops: [], outcome: 'failed', bytes: 0, error };
}

function vanished({ path }: Step): KeepError {
  const text = `${printable(path)} vanished from the source before it could be read`;
  return keepError('not-found', 'copy', text, {
    path,
    hint: 'nothing to do: it is kept by the next run if it comes back',
  });
}

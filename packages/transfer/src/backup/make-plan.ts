import {
  copyStep,
  count,
  decide,
  isIdle,
  keepError,
  noCounts,
  type Answer,
  type Counts,
  type FileEntry,
  type Planned,
  type Policy,
  type Step,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { KeptAs } from '../archive/kept-as.js';
import { AnswerBook, type Asked } from './answer-questions.js';
import type { PlanContext } from './plan-repo.js';

/** A plan with every question answered. */
export interface MadePlan {
  /** Every step but those that come to nothing at all. */
  readonly steps: readonly HeldStep[];
  /** Those, counted: with a quarter of a million unchanged files there is no need to hold them. */
  readonly idle: Counts;
  /** Bytes that will leave the source. */
  readonly bytes: number;
  readonly policy: Policy;
  readonly book: AnswerBook;
}

/** A step, or the entry of a file that is merely copied, which says all: of those there may be very many. */
export type HeldStep = Step | FileEntry;

/** The step that is held. */
export function stepOf(held: HeldStep): Step {
  return 'ops' in held ? held : copyStep(held);
}

function hold(step: Step): HeldStep {
  const { outcome, source, readAfter } = step;
  return outcome === 'copied' && source !== undefined && readAfter === undefined ? source : step;
}

/** More rounds of questions than any path needs. */
const ROUNDS = 8;

/** Paths whose questions are asked together: many, for a medium that answers in bulk, and still few enough to hold. */
const WAVE = 4096;

type Open = Exclude<Planned, { step: Step }>;

export interface MakePlanOptions {
  readonly policy: Policy;
  readonly sourcePath: Asked['sourcePath'];
  readonly keptAs: KeptAs;
  /** Idle files that were counted already. */
  readonly idle?: Counts;
  /** What becomes of a step that was decided. */
  readonly judge?: (step: Step) => Step;
}

/** Takes what is planned, asks what the planner wants to know, in bulk, and decides what was open again, until nothing is. */
export async function makePlan(
  context: PlanContext,
  planned: Iterable<Planned>,
  { policy, sourcePath, keptAs, idle: idleAlready = noCounts(), judge = (step) => step }: MakePlanOptions,
): Answer<MadePlan> {
  const steps: HeldStep[] = [];
  let bytes = 0;
  const idle = { ...idleAlready };
  const book = new AnswerBook();
  let wave: Open[] = [];
  const take = (decided: Step): void => {
    const step = judge(decided);
    if (isIdle(step)) count(idle, step.outcome);
    else steps.push(hold(step));
    bytes += step.bytes;
  };
  const settle = async (): Answer<void> => {
    const settled = await settleWave(context, wave, { policy, sourcePath, keptAs, book }, take);
    wave = [];
    book.forgetAnswers();
    return settled;
  };
  for (const one of planned) {
    if ('step' in one) take(one.step);
    else if (wave.push(one) === WAVE) {
      const settled = await settle();
      if (settled.isErr()) return err(settled.error);
    }
  }
  const settled = await settle();
  if (settled.isErr()) return err(settled.error);
  return ok({ steps, idle, bytes, policy, book });
}

async function settleWave(
  context: PlanContext,
  wave: readonly Open[],
  {
    policy,
    book,
    ...where
  }: Pick<MakePlanOptions, 'policy' | 'sourcePath' | 'keptAs'> & { book: AnswerBook },
  take: (step: Step) => void,
): Answer<void> {
  let open = wave;
  for (let round = 0; open.length > 0; round++) {
    if (context.signal?.aborted === true) return err(keepError('aborted', 'plan', 'interrupted'));
    if (round === ROUNDS) throw new Error('the planner asks without end');
    const questions = open.flatMap((one) => one.questions);
    await book.ask(questions, askedOf(context, where, open));
    const still: Open[] = [];
    for (const { situation } of open) {
      const decided = decide(situation, policy, book.answers);
      if ('step' in decided) take(decided.step);
      else still.push({ situation, questions: decided.questions });
    }
    open = still;
  }
  return ok(undefined);
}

function askedOf(
  context: PlanContext,
  { sourcePath, keptAs }: Pick<MakePlanOptions, 'sourcePath' | 'keptAs'>,
  open: readonly Open[],
): Asked {
  const situations = new Map(open.map(({ situation }) => [situation.path, situation]));
  return {
    source: context.source,
    target: context.archive.target,
    paths: context.paths,
    sourcePath,
    targetPath: (path) => keptAs(situations.get(path) ?? { path }),
    scanned: (path) => situations.get(path)?.source ?? undefined,
    ...(context.signal && { signal: context.signal }),
  };
}

import {
  count,
  decide,
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
import type { ScannedSource } from '../manifest/scan-source.js';
import { AnswerBook, type Asked } from './answer-questions.js';
import type { BackupContext } from './backup-repo.js';

/** A plan with every question answered. */
export interface MadePlan {
  /** Every step but those that come to nothing at all. */
  readonly steps: readonly Step[];
  /** Those, counted: with a quarter of a million unchanged files there is no need to hold them. */
  readonly idle: Counts;
  /** Bytes that will leave the source. */
  readonly bytes: number;
  readonly policy: Policy;
  readonly book: AnswerBook;
}

/** More rounds of questions than any path needs. */
const ROUNDS = 8;

type Open = Exclude<Planned, { step: Step }>;

/** Takes what is planned, asks what the planner wants to know, in bulk, and decides what was open again, until nothing is. */
export async function makePlan(
  context: BackupContext,
  planned: Iterable<Planned>,
  policy: Policy,
  scanned: ScannedSource,
): Answer<MadePlan> {
  const steps: Step[] = [];
  const idle = noCounts();
  let open: Open[] = [];
  const take = (one: Planned): void => {
    if (!('step' in one)) open.push(one);
    else if (isIdle(one.step)) count(idle, one.step.outcome);
    else steps.push(one.step);
  };
  for (const one of planned) take(one);
  const book = new AnswerBook();
  for (let round = 0; open.length > 0; round++) {
    if (context.signal?.aborted === true) return err(keepError('aborted', 'plan', 'interrupted'));
    if (round === ROUNDS) throw new Error('the planner asks without end');
    await book.ask(
      open.flatMap(({ questions }) => questions),
      askedOf(context, scanned, open),
    );
    const before = open;
    open = [];
    for (const { situation } of before) {
      const decided = decide(situation, policy, book.answers);
      take('step' in decided ? decided : { situation, questions: decided.questions });
    }
  }
  const bytes = steps.reduce((sum, step) => sum + step.bytes, 0);
  return ok({ steps, idle, bytes, policy, book });
}

function isIdle({ ops, alarm, error, outcome }: Step): boolean {
  if (ops.length > 0 || alarm || error !== undefined) return false;
  return outcome === 'unchanged' || outcome === 'retained' || outcome === 'left';
}

function askedOf(context: BackupContext, { sourcePath }: ScannedSource, open: readonly Open[]): Asked {
  const files = new Map<string, FileEntry>();
  for (const { situation } of open) if (situation.source !== null) files.set(situation.path, situation.source);
  return {
    source: context.source,
    target: context.archive.target,
    paths: context.paths,
    sourcePath,
    identity: (path) => files.get(path)?.identity ?? '',
    ...(context.signal && { signal: context.signal }),
  };
}

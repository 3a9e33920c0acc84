import type { KeepError } from '../error/keep-error.js';
import { decideAside } from './decide-aside.js';
import { decideLive } from './decide-live.js';
import { decideNew } from './decide-new.js';
import { decision, type Decision } from './decision.js';
import { Inquiry, type Answers, type Question } from './question.js';
import type { Policy, Situation } from './situation.js';
import type { Op, Step } from './step.js';

/** A step, or the questions that must be answered first. */
export type Decided = { readonly step: Step } | { readonly questions: readonly Question[] };

/** Below this age a file's time cannot tell a later change: the slowest tick by which kernels stamp files. */
const CLOCK_TICK = 10_000_000n;

/** Decides one path by the tables. Pure and total: the same facts give the same step, and every situation has one. */
export function decide(situation: Situation, policy: Policy, answers: Answers): Decided {
  const inquiry = new Inquiry(situation.path, answers);
  const decided = byTable(situation, policy, inquiry);
  if (inquiry.failure !== null) return { step: failed(situation, inquiry.failure) };
  if (decided === null) return { questions: inquiry.open };
  return { step: stepOf(situation, decided, policy) };
}

function byTable(situation: Situation, policy: Policy, inquiry: Inquiry): Decision | null {
  const { record, source } = situation;
  if (record === null) return decideNew(situation, policy, inquiry);
  if (record.status === 'pruned') {
    return decision(source === null ? 'left' : 'unchanged', 'pruned');
  }
  const decided =
    record.status === 'aside'
      ? decideAside(situation, record, inquiry)
      : decideLive(situation, record, policy, inquiry);
  if (decided === null || source === null || !record.gone) return decided;
  const back: Op = { do: 'note', as: 'back' };
  return { ...decided, ops: [back, ...decided.ops] };
}

function stepOf(situation: Situation, decided: Decision, policy: Policy): Step {
  const { path, source, unreadable, record, target } = situation;
  const base: Step = {
    path,
    ...decided,
    ...(source && { source }),
    ...(record && { record }),
    ...(target && { target }),
  };
  if (unreadable !== null)
    return { ...base, outcome: 'failed', reason: 'not-readable', error: unreadable.error };
  if (source === null || decided.bytes === 0) return base;
  const settled = source.mtime + (policy.timeStep > CLOCK_TICK ? policy.timeStep : CLOCK_TICK);
  return source.mtime <= policy.now && settled > policy.now ? { ...base, readAfter: settled } : base;
}

function failed({ path, source, record, target }: Situation, error: KeepError): Step {
  return {
    path,
    outcome: source === null ? 'retained' : 'failed',
    reason: 'ask-failed',
    alarm: false,
    bytes: 0,
    ops: [],
    error,
    ...(source && { source }),
    ...(record && { record }),
    ...(target && { target }),
  };
}

import type { LiveRecord } from '../src/ledger/line.js';
import { decide } from '../src/plan/decide.js';
import { questionKey, type Question, type QuestionAnswer } from '../src/plan/question.js';
import type { Policy, Situation } from '../src/plan/situation.js';
import type { Step } from '../src/plan/step.js';
import { at, file, listed, POLICY, record } from './entries.js';
import { hash } from './sha256.js';

/** One path, told in bytes. What is left out is not there. */
export interface OneFile {
  readonly source?: string;
  readonly sourceMtime?: bigint;
  readonly record?: string;
  readonly recordIs?: Partial<LiveRecord>;
  readonly target?: string;
  readonly targetMtime?: bigint;
  readonly versions?: readonly string[];
  readonly absence?: Situation['absence'];
  readonly policy?: Partial<Policy>;
}

const PATH = at('log.jsonl');

export function situationOf(given: OneFile): Situation {
  return {
    path: PATH,
    source: given.source === undefined ? null : file(PATH, given.source, given.sourceMtime),
    unreadable: null,
    absence: given.absence ?? 'absent',
    record: given.record === undefined ? null : record(PATH, given.record, given.recordIs),
    target: given.target === undefined ? null : listed(PATH, given.target, given.targetMtime),
  };
}

/** Decides it, answering every question from the bytes. `asked` names them in the order they came. */
export function decideOne(given: OneFile): { step: Step; asked: string[]; rounds: number } {
  const situation = situationOf(given);
  const answers = new Map<string, QuestionAnswer>();
  const asked: string[] = [];
  for (let rounds = 1; rounds < 6; rounds++) {
    const decided = decide(situation, { ...POLICY, ...given.policy }, answers);
    if ('step' in decided) return { step: decided.step, asked, rounds };
    for (const question of decided.questions) {
      if (answers.has(questionKey(question))) throw new Error(`asked again: ${questionKey(question)}`);
      answers.set(questionKey(question), answer(given, question));
    }
    asked.push(...new Set(decided.questions.map(shown)));
  }
  throw new Error('the planner goes on asking');
}

function answer(given: OneFile, question: Question): QuestionAnswer {
  if (question.side === 'versions') {
    return { present: (given.versions ?? []).some((bytes) => hash(bytes) === question.sha256) };
  }
  const bytes = given[question.side];
  if (bytes === undefined || bytes.length < question.length)
    throw new Error(`cannot be asked: ${shown(question)}`);
  return { sha256: hash(bytes.slice(0, question.length)) };
}

function shown(question: Question): string {
  return question.side === 'versions' ? 'version' : `${question.side} ${question.length}`;
}

import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry, RefusedEntry, UnreadableEntry } from '../manifest/entry.js';
import { comparePaths, sortByPath } from '../path/compare-paths.js';
import { parentPath, type RelativePath } from '../path/relative-path.js';
import type { NameRules } from '../port/traits.js';
import { decide } from './decide.js';
import { questionKey, type Answers, type Question } from './question.js';
import { resolveNames } from './resolve-names.js';
import type { Policy, Situation } from './situation.js';
import type { Step, TargetEntry } from './step.js';

/** A source as scanned. Files and refusals are sorted by path, by UTF-8 bytes (`sortByPath`). */
export interface SourceManifest {
  readonly files: readonly FileEntry[];
  readonly refused: readonly RefusedEntry[];
  readonly unreadable: readonly UnreadableEntry[];
  /** False when the folder itself could not be read: then nothing counts as deleted. */
  readonly complete: boolean;
  /** True for a path that this run would read if it were there: its folder is mapped and no rule excludes it. */
  readonly covers: (path: RelativePath) => boolean;
}

/** All that the planner looks at. */
export interface PlanInput {
  readonly source: SourceManifest;
  /** What the ledger says, sorted by path. */
  readonly records: readonly LiveRecord[];
  /** The target as listed, sorted by path. */
  readonly target: readonly TargetEntry[];
  readonly rules: NameRules;
  readonly policy: Policy;
}

/** What is decided of a path, or what must be asked first; `decide(situation, …)` is called again with the answers. */
export type Planned =
  { readonly step: Step } | { readonly situation: Situation; readonly questions: readonly Question[] };

/**
 * Merges source, ledger and target in lockstep and decides every path, in path order: pure, total, and lazy, so that what
 * needs nothing done need not be held. For the steps of a whole plan see {@link plan}.
 */
export function* planSteps(input: PlanInput, answers: Answers = NO_ANSWERS): Generator<Planned, void> {
  const names = resolveNames({ ...input, source: input.source.files });
  for (const entry of input.source.refused) yield { step: refusal(entry) };
  for (const situation of situations(input, names.target)) {
    const reason = situation.source === null ? undefined : names.refusal(situation);
    if (situation.source !== null && reason !== undefined) {
      yield { step: { ...refusal({ path: situation.path, reason }), source: situation.source } };
      continue;
    }
    const decided = decide(situation, input.policy, answers);
    yield 'step' in decided ? decided : { situation, questions: decided.questions };
  }
  for (const entry of input.source.unreadable) if (entry.folder) yield { step: unreadableFolder(entry) };
}

/** Steps in path order, and what is still to be asked. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What must be answered before the rest can be decided; call again with the answers. */
  readonly questions: readonly Question[];
}

/**
 * Says for each path what will be done and why.
 *
 * @example
 * function planAll(input: PlanInput, ask: (question: Question) => QuestionAnswer): readonly Step[] {
 *   const answers = new Map<string, QuestionAnswer>();
 *   for (;;) {
 *     const { steps, questions } = plan(input, answers);
 *     if (questions.length === 0) return steps;
 *     for (const question of questions) answers.set(questionKey(question), ask(question));
 *   }
 * }
 */
export function plan(input: PlanInput, answers: Answers = NO_ANSWERS): Plan {
  const steps: Step[] = [];
  const questions = new Map<string, Question>();
  for (const planned of planSteps(input, answers)) {
    if ('step' in planned) steps.push(planned.step);
    else for (const question of planned.questions) questions.set(questionKey(question), question);
  }
  return { steps, questions: [...questions.values()] };
}

const NO_ANSWERS: Answers = new Map();

/** Walks the sorted lists together: one situation for every path that any of them has. */
function* situations(
  { source, records }: PlanInput,
  target: readonly TargetEntry[],
): Generator<Situation, void> {
  const files = source.files;
  const lost = sortByPath(source.unreadable.filter((entry) => !entry.folder));
  const refused = new Set<string>(source.refused.map((entry) => entry.path));
  // What lies behind a link or in a folder that could not be read was not seen to be absent.
  const hidden = new Set([...refused, ...source.unreadable.map((entry) => entry.path)]);
  let [f, r, t, u] = [0, 0, 0, 0];
  for (;;) {
    const path = lowest(lowest(files[f], records[r]), lowest(target[t], lost[u]))?.path;
    if (path === undefined) return;
    const file = files[f]?.path === path ? files[f++] : undefined;
    const record = records[r]?.path === path ? records[r++] : undefined;
    const there = target[t]?.path === path ? target[t++] : undefined;
    const unreadable = lost[u]?.path === path ? lost[u++] : undefined;
    if (file === undefined && refused.has(path)) continue;
    yield {
      path,
      source: file ?? null,
      unreadable: unreadable ?? null,
      absence: file ? 'absent' : absence(path, source, hidden),
      record: record ?? null,
      target: there ?? null,
    };
  }
}

type Named = { readonly path: RelativePath } | undefined;

function lowest(a: Named, b: Named): Named {
  if (a === undefined) return b;
  return b === undefined || comparePaths(a.path, b.path) <= 0 ? a : b;
}

function absence(
  path: RelativePath,
  source: SourceManifest,
  hidden: ReadonlySet<string>,
): Situation['absence'] {
  if (!source.covers(path)) return 'unmapped';
  if (!source.complete) return 'unreadable';
  for (let name: string = path; name !== ''; name = parentPath(name as RelativePath)) {
    if (hidden.has(name)) return 'unreadable';
  }
  return 'absent';
}

function refusal({ path, reason }: Pick<Step, 'path' | 'reason'>): Step {
  return { path, outcome: 'refused', reason, alarm: false, bytes: 0, ops: [] };
}

function unreadableFolder({ path, error }: UnreadableEntry): Step {
  return { path, outcome: 'failed', reason: 'not-readable', alarm: false, bytes: 0, ops: [], error };
}

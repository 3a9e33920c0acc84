// What would a backup do, and why? Asked of the planner alone, with two listings made by hand: no disk,
// no archive, no clock. The case: somebody's rsync made a copy once, and no ledger knows it.
//
//   node examples/plan-by-hand.ts
import {
  childPath,
  plan,
  POSIX_NAMES,
  questionKey,
  ROOT,
  sortByPath,
  type PlanInput,
  type Question,
  type QuestionAnswer,
} from '@sessionkeep/core';
import { createHash } from 'node:crypto';

/** What lies where. The planner never sees these texts: only sizes, times, and the digests that it asks for. */
const source = {
  'same.jsonl': 'one\n',
  'grown.jsonl': 'one\ntwo\n',
  'rewritten.jsonl': 'another\n',
  'new.jsonl': 'first\n',
};
const target = {
  'same.jsonl': 'one\n',
  'grown.jsonl': 'one\n',
  'rewritten.jsonl': 'one\n',
  'deleted.jsonl': 'last\n',
};

const noon = 1_767_268_800_000_000_000n; // 2026-01-01T12:00:00Z: times are nanoseconds since 1970

const listing = (files: Readonly<Record<string, string>>) =>
  sortByPath(
    Object.entries(files).map(([name, text]) => ({
      path: childPath(ROOT, name),
      size: text.length,
      mtime: noon,
    })),
  );

const input: PlanInput = {
  source: {
    files: listing(source).map((file) => ({ ...file, kind: 'file' as const, identity: '' })),
    refused: [],
    unreadable: [],
    complete: true, // all of it was seen, so what is missing was deleted
    covers: () => true, // and nothing is left out by a rule
  },
  target: listing(target),
  records: [], // what the ledger says of each file: nothing yet
  rules: POSIX_NAMES,
  policy: { checksum: false, now: noon, timeStep: 1n },
};

/** The planner asks for the digest of so many first bytes of a file, on one side or the other. */
function answer(question: Question): QuestionAnswer {
  if (question.side === 'versions') return { present: false };
  const files: Readonly<Record<string, string>> = question.side === 'source' ? source : target;
  const bytes = (files[question.path] ?? '').slice(0, question.length);
  return { sha256: createHash('sha256').update(bytes).digest('hex') };
}

const answers = new Map<string, QuestionAnswer>();
let { steps, questions } = plan(input, answers);
while (questions.length > 0) {
  for (const question of questions) answers.set(questionKey(question), answer(question));
  ({ steps, questions } = plan(input, answers));
}

for (const { path, outcome, reason, bytes, ops } of steps) {
  console.log(path.padEnd(16), outcome.padEnd(11), reason.padEnd(18), `${bytes} bytes`.padEnd(8));
  for (const op of ops) console.log(`${' '.repeat(16)} - ${op.do}${'as' in op ? ` as ${op.as}` : ''}`);
}
console.log(`\n${answers.size} digests were asked for`);

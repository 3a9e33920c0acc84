import { createRandom } from './random.js';

/** What people ask for, and the title such a session gets. */
export const TASKS: readonly (readonly [prompt: string, title: string])[] = [
  ['The nightly export stopped at 03:12 again. Find out why and fix it.', 'Fix the nightly export'],
  ['Add a --dry-run flag to the importer and test it.', 'Dry run for the importer'],
  ['Why is the invoice total off by one cent for some customers?', 'Rounding of invoice totals'],
  ['Move the retry logic out of the HTTP client into its own module.', 'Extract the retry logic'],
  ['Die Suche findet „Müller“ nicht, wenn man „Mueller“ eingibt. Bitte beheben.', 'Umlaute in der Suche'],
  ['Upgrade to TypeScript 6 and fix what breaks.', 'Upgrade to TypeScript 6'],
  ['Write a runbook for restoring the database from a snapshot.', 'Runbook: restore from a snapshot'],
  [
    'The login page flickers on Safari – can you reproduce it with Playwright?',
    'Login page flickers on Safari',
  ],
  ['Review my branch before I open the pull request.', 'Review before the pull request'],
  ['Make the health check tell which dependency is down.', 'A health check that names names'],
  ['Our Docker image is 1.9 GB. Get it below 300 MB.', 'Shrink the Docker image'],
  ['Explain how the scheduler picks the next job, then draw it.', 'How the scheduler picks a job'],
];

/** Longest stretch of prose that can be asked for, in bytes. */
export const PROSE_BYTES = 6 << 20;

const SENTENCES = [
  'The test fails only when the cache is cold, so the first request must be the one that takes the slow path.',
  'I will read the configuration first and then trace where the timeout comes from.',
  'That explains the duplicate rows: the job is started twice when the pod is replaced.',
  'All 214 tests pass now; the flaky one waited for a fixed second and now waits for the event.',
  'src/billing/round.ts rounds each line before the sum is taken, which loses up to half a cent a line.',
  'Let me check how the callers use this before I change its signature.',
  'The migration is safe to run twice, since every statement asks whether the column is there.',
  'drwxr-xr-x 12 node node 4096 Sep 14 09:21 packages',
  'GET /api/v2/orders 200 31ms, GET /api/v2/orders 200 29ms, GET /api/v2/orders 503 2004ms',
  'I would rather not silence this warning: it points at a promise that nobody awaits.',
  'The index is used for the first column only, so the planner falls back to a sequential scan.',
  'This is done. The next step would be to delete the old endpoint once no client calls it any more.',
  'export function nextRun(from: Date, rule: Rule): Date { return advance(align(from, rule.step), rule); }',
  'Reverted the last change, because the benchmark shows that it made start-up slower by 40 ms.',
];

let prose: Buffer | undefined;

/** Several MiB of text in one line: ASCII, without quotes or backslashes, so that any part of it fits into JSON. */
export function proseBytes(): Buffer {
  prose ??= makeProse();
  return prose;
}

function makeProse(): Buffer {
  const random = createRandom(20_251_009);
  const parts: string[] = [];
  for (let length = 0; length < PROSE_BYTES;) {
    const sentence = random.pick(SENTENCES);
    parts.push(sentence);
    length += sentence.length + 1;
  }
  return Buffer.from(parts.join(' ').slice(0, PROSE_BYTES), 'latin1');
}

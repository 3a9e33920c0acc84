import fc from 'fast-check';
import { PlanWriter } from '../src/saved-plan/plan-writer.js';
import type { PlannedStep, PlanSection } from '../src/saved-plan/plan-line.js';
import { comparePaths } from '../src/path/compare-paths.js';
import { isPath } from '../src/path/relative-path.js';
import { noCounts, type Counts, type Outcome } from '../src/plan/counts.js';
import { at } from './entries.js';
import { hash, sha256 } from './sha256.js';

/** One repo's part of a plan. */
export interface Part {
  readonly section: PlanSection;
  readonly steps: readonly PlannedStep[];
}

export const SECTION: PlanSection = {
  kind: 'repo',
  target: 'nas',
  source: 'mac',
  repo: 'home',
  archive: '0123456789abcdef',
  binding: { origin: 'test:/home', layout: 'flat', projects: ['-home'] },
  policy: { checksum: false, rebind: false, rules: hash('') },
  ledger: { segment: 1, size: 100, head: hash('x') },
  idle: noCounts(),
};

export const step = (path: string, more: Partial<PlannedStep> = {}): PlannedStep => ({
  kind: 'step',
  path: at(path),
  outcome: 'copied',
  reason: 'new',
  bytes: 3,
  alarm: false,
  source: { size: 3, mtime: 1n, identity: '' },
  target: null,
  ...more,
});

/** The lines of a plan, each with its newline. */
export function encodePlan(parts: readonly Part[]): Uint8Array[] {
  const writer = new PlanWriter(sha256);
  const lines = [writer.header('1.2.3', '2026-01-01T00:00:00.000Z')];
  for (const { section, steps } of parts) {
    lines.push(writer.section(section));
    for (const one of steps) lines.push(writer.step(one));
  }
  return [...lines, writer.end()];
}

const digest = fc.nat(1000).map((seed) => hash(seed.toString()));
const text = fc.string({ unit: 'binary', maxLength: 6 }).filter((any) => any.isWellFormed());
const path = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((any) => isPath(any))
  .map(at);
const time = fc.bigInt({ min: -(10n ** 28n) + 1n, max: 10n ** 28n - 1n });
const size = fc.maxSafeNat();
const names = Object.keys(noCounts()) as (keyof Counts)[];
const outcome = fc.constantFrom(...names.filter((name): name is Outcome => name !== 'files'));
const counts = fc
  .array(fc.nat(), { minLength: names.length, maxLength: names.length })
  .map((all) => Object.fromEntries(names.map((name, index) => [name, all[index]])) as Counts);

const anyStep: fc.Arbitrary<PlannedStep> = fc.record({
  kind: fc.constant('step' as const),
  path,
  outcome,
  reason: fc.constantFrom('new', 'grew', 'a-later-reason'),
  bytes: fc.nat(),
  alarm: fc.boolean(),
  source: fc.option(fc.record({ size, mtime: time, identity: text })),
  target: fc.option(
    fc.oneof(fc.record({ size, mtime: time }), fc.record({ size, mtime: time, stored: path })),
  ),
});

const anySection: fc.Arbitrary<PlanSection> = fc.record({
  kind: fc.constant('repo' as const),
  target: text,
  source: text,
  repo: text,
  archive: fc.option(text),
  binding: fc.record({
    origin: text,
    layout: fc.constantFrom('flat' as const, 'folders' as const),
    projects: fc.array(text, { maxLength: 3 }),
  }),
  policy: fc.record({ checksum: fc.boolean(), rebind: fc.boolean(), rules: digest }),
  ledger: fc.record({ segment: size, size, head: digest }),
  idle: counts,
});

const steps = fc
  .uniqueArray(anyStep, { maxLength: 5, selector: (one) => one.path })
  .map((all) => all.sort((a, b) => comparePaths(a.path, b.path)));

/** The parts of any plan there may be. */
export const anyPlan: fc.Arbitrary<Part[]> = fc.uniqueArray(fc.record({ section: anySection, steps }), {
  maxLength: 3,
  selector: ({ section }) => JSON.stringify([section.target, section.source, section.repo]),
});

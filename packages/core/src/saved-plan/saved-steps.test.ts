import { describe, expect, test } from 'vitest';
import { at, inputOf, listed, POLICY, record, refused, unreadable } from '../../test/entries.js';
import { SECTION, step } from '../../test/plans.js';
import { hash } from '../../test/sha256.js';
import type { FileEntry } from '../manifest/entry.js';
import { decide } from '../plan/decide.js';
import { planSteps, type Planned, type PlanInput } from '../plan/plan.js';
import { questionKey, type QuestionAnswer } from '../plan/question.js';
import type { Step, TargetEntry } from '../plan/step.js';
import { compareBasis } from './compare-basis.js';
import type { PlanBasis, PlannedStep } from './plan-line.js';
import { plannedStep } from './plan-writer.js';
import { SavedSteps } from './saved-steps.js';

const file = (path: string, bytes: string, more: Partial<FileEntry> = {}): FileEntry => ({
  kind: 'file',
  path: at(path),
  size: bytes.length,
  mtime: 5n,
  identity: 'i',
  ...more,
});

/** What the planner says when every question is answered from these bytes. */
function settle(planned: Planned, source: string, target: string): Step {
  if ('step' in planned) return planned.step;
  const bytes = { source, target };
  const answers = new Map<string, QuestionAnswer>();
  let open = planned.questions;
  for (;;) {
    for (const question of open) {
      const sha256 = question.side === 'versions' ? '' : hash(bytes[question.side].slice(0, question.length));
      answers.set(questionKey(question), question.side === 'versions' ? { present: false } : { sha256 });
    }
    const decided = decide(planned.situation, POLICY, answers);
    if ('step' in decided) return decided.step;
    open = decided.questions;
  }
}

/** A plan is made of one world, and then held against another. */
function heldTo(
  steps: readonly PlannedStep[],
  input: PlanInput,
  bytes: { source?: string; target?: string } = {},
): { steps: Step[]; others: number } {
  const saved = new SavedSteps(new Map(steps.map((one) => [one.path, one])), POLICY);
  const records = new Map(input.records.map((one) => [one.path, one]));
  const files = input.source.files.map((one) => saved.frozen(one, records.get(one.path)));
  const planned = saved.narrow(planSteps({ ...input, source: { ...input.source, files } }));
  const judged = [...planned].map((one) => saved.judge(settle(one, bytes.source ?? '', bytes.target ?? '')));
  return { steps: judged, others: saved.others };
}

const said = ({ steps }: { steps: Step[] }): string[] =>
  steps.map(({ path, outcome, reason, bytes }) => `${path} ${outcome} ${reason} ${bytes}`);

const KEPT = record('log', 'one', { mtime: 5n, targetMtime: 5n });
const grown = plannedStep({
  ...step('log'),
  outcome: 'appended',
  reason: 'grew',
  bytes: 3,
  ops: [],
  source: file('log', 'onetwo', { mtime: 6n }),
  target: listed('log', 'one', 5n),
});
const world = (source: FileEntry | null, target = listed('log', 'one', 5n)): PlanInput =>
  inputOf({ files: source === null ? [] : [source], records: [KEPT], target: [target] });

describe('a planned append', () => {
  test('is done where nothing has changed', () => {
    const found = heldTo([grown], world(file('log', 'onetwo', { mtime: 6n })), { source: 'onetwo' });
    expect(said(found)).toEqual(['log appended grew 3']);
    expect(found.steps[0]?.ops).toMatchObject([{ do: 'fill', from: 3, size: 6, mtime: 6n }]);
  });

  test('is done as planned where the log has grown since', () => {
    const source = file('log', 'onetwothree', { mtime: 7n });
    const found = heldTo([grown], world(source), { source: 'onetwothree' });
    expect(found.steps[0]?.ops).toMatchObject([{ do: 'fill', from: 3, size: 6, mtime: 6n }]);
  });

  test.each<[string, FileEntry | null, string]>([
    ['shrank', file('log', 'onet', { mtime: 7n }), 'onet'],
    ['has another time', file('log', 'onetwo', { mtime: 7n }), 'onetwo'],
    ['is another file of the same size and time', file('log', 'onetwo', { mtime: 6n, identity: 'j' }), ''],
    ['is another and longer file', file('log', 'onetwothree', { mtime: 7n, identity: 'j' }), ''],
    ['grew, and is older now', file('log', 'onetwothree', { mtime: 4n }), 'onetwothree'],
    ['is as it was recorded before the plan', file('log', 'one'), 'one'],
    ['is gone', null, ''],
  ])('is refused where the source %s', (_, source, bytes) => {
    expect(said(heldTo([grown], world(source), { source: bytes }))).toEqual([
      'log refused source-changed-since-plan 0',
    ]);
  });

  test('is refused where the log has grown, but not behind what is kept', () => {
    const source = file('log', 'ONEtwothree', { mtime: 7n });
    expect(said(heldTo([grown], world(source), { source: 'ONEtwothree', target: 'one' }))).toEqual([
      'log refused not-as-planned 0',
    ]);
  });

  test.each([
    ['grew', listed('log', 'onet', 6n)],
    ['shrank', listed('log', 'on', 6n)],
    ['was touched', listed('log', 'one', 6n)],
  ])('is refused where the file in the archive %s', (_, target) => {
    const source = file('log', 'onetwo', { mtime: 6n });
    expect(said(heldTo([grown], world(source, target)))).toEqual([
      'log refused archive-changed-since-plan 0',
    ]);
  });

  test('is refused where the plan says anything else of it', () => {
    const source = file('log', 'onetwo', { mtime: 6n });
    for (const forged of [
      { outcome: 'superseded', reason: 'rewritten' },
      { outcome: 'copied' },
      { reason: 'crash-left-bytes' },
      { bytes: 4 },
      { bytes: 2 ** 50 },
    ] as const) {
      expect(said(heldTo([{ ...grown, ...forged }], world(source), { source: 'onetwo' }))).toEqual([
        'log refused not-as-planned 0',
      ]);
    }
  });

  test('of a file that the plan says was shorter than it is says nothing of what is recorded', () => {
    const cut = { ...grown, outcome: 'superseded', reason: 'rewritten', bytes: 2 } as const;
    const source = { size: 2, mtime: 5n, identity: 'i' };
    expect(said(heldTo([{ ...cut, source }], world(file('log', 'one')), { source: 'one' }))).toEqual([
      'log refused source-changed-since-plan 0',
    ]);
  });
});

describe('what the plan does not name', () => {
  test('is left alone, whatever became of it, and counted', () => {
    const input = inputOf({
      files: [file('new', 'x'), file('log', 'onetwo'), file('same', 'one')],
      records: [KEPT, record('gone', 'g'), record('same', 'one', { mtime: 5n })],
      target: [listed('log', 'one', 5n), listed('gone', 'g'), listed('same', 'one'), listed('stray', 's')],
      refused: [refused('link', 'link-out')],
    });
    const found = heldTo([], input);
    expect(said(found)).toEqual(['same unchanged unchanged 0']);
    expect(found.others).toBe(5);
  });

  test('is not said to have changed where every file is in question', () => {
    const saved = new SavedSteps(new Map(), { ...POLICY, checksum: true });
    const input = inputOf({
      files: [file('log', 'one')],
      records: [KEPT],
      target: [listed('log', 'one', 5n)],
      policy: { checksum: true },
    });
    expect([...saved.narrow(planSteps(input))]).toEqual([]);
    expect(saved.others).toBe(0);
  });
});

describe('other steps', () => {
  test('a refusal that was planned is told again, and a link that has become a file is not read', () => {
    const planned = step('link', { outcome: 'refused', reason: 'link-out', bytes: 0, source: null });
    expect(said(heldTo([planned], inputOf({ refused: [refused('link', 'link-out')] })))).toEqual([
      'link refused link-out 0',
    ]);
    expect(said(heldTo([planned], inputOf({ files: [file('link', 'x')] })))).toEqual([
      'link refused source-changed-since-plan 0',
    ]);
  });

  test('a file that cannot be looked at now says so itself', () => {
    const found = heldTo([step('a')], inputOf({ unreadable: [unreadable('a', false)] }));
    expect(found.steps).toMatchObject([{ path: 'a', outcome: 'failed', error: { kind: 'denied' }, ops: [] }]);
  });

  test('a deletion is noted only where the file is still away and the archive still has it', () => {
    const gone = step('log', {
      outcome: 'retained',
      reason: 'deleted-at-source',
      bytes: 0,
      source: null,
      target: { size: 3, mtime: 5n },
    });
    expect(heldTo([gone], world(null)).steps).toMatchObject([{ outcome: 'retained', ops: [{ as: 'gone' }] }]);
    expect(said(heldTo([gone], world(file('log', 'one'))))).toEqual([
      'log refused source-changed-since-plan 0',
    ]);
    expect(said(heldTo([gone], inputOf({})))).toEqual(['log refused archive-changed-since-plan 0']);
  });

  test('a second look minds the source, and does nothing else than was planned', () => {
    const saved = new SavedSteps(new Map([[grown.path, grown]]), POLICY);
    const again = (source: FileEntry, target: TargetEntry): string => {
      const situation = {
        path: at('log'),
        source,
        unreadable: null,
        absence: 'absent' as const,
        record: KEPT,
        target,
      };
      return saved.judge(settle(saved.again({ situation, questions: [] }), 'onetwo', 'onet')).reason;
    };
    const asPlanned = file('log', 'onetwo', { mtime: 6n });
    expect(again(asPlanned, listed('log', 'one', 5n))).toBe('grew');
    expect(again(asPlanned, listed('log', 'onet', 9n))).toBe('not-as-planned');
    expect(again(file('log', 'on', { mtime: 6n }), listed('log', 'one', 5n))).toBe(
      'source-changed-since-plan',
    );
  });
});

describe('what a plan was made from', () => {
  const { kind: _, target: __, idle: ___, ...basis } = SECTION;

  test.each<[string, Partial<PlanBasis>, RegExp]>([
    ['another repo', { repo: 'other' }, /plan of source "mac", repo "home"/],
    ['another archive', { archive: 'other' }, /another archive/],
    ['no archive', { archive: null }, /not there any more/],
    ['a longer ledger', { ledger: { ...basis.ledger, size: 101 } }, /ledger has moved/],
    ['a rewritten ledger', { ledger: { ...basis.ledger, head: hash('y') } }, /ledger has moved/],
    ['another segment', { ledger: { ...basis.ledger, segment: 2 } }, /ledger has moved/],
    [
      'another origin',
      { binding: { ...basis.binding, origin: 'there' } },
      /made for test:\/home, this is there/,
    ],
    ['another layout', { binding: { ...basis.binding, layout: 'folders' } }, /project folders/],
    ['other folders', { binding: { ...basis.binding, projects: ['-home', '-b'] } }, /these are -home, -b/],
    ['other rules', { policy: { ...basis.policy, rules: hash('y') } }, /include, exclude/],
    ['--rebind', { policy: { ...basis.policy, rebind: true } }, /without --rebind/],
  ])('%s now', (_name, change, text) => {
    expect(compareBasis(basis, { ...basis, ...change })).toMatch(text);
  });

  test('the same, and an archive where there was none', () => {
    expect(compareBasis(basis, basis)).toBeNull();
    expect(compareBasis({ ...basis, archive: null }, basis)).toMatch(/there is one now/);
    expect(compareBasis({ ...basis, policy: { ...basis.policy, rebind: true } }, basis)).toMatch(
      /with --rebind/,
    );
  });
});

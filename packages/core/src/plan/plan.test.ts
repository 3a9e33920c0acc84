import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { file, inputOf, listed, record, refused, unreadable } from '../../test/entries.js';
import { decideOne, situationOf } from '../../test/one-file.js';
import { hash } from '../../test/sha256.js';
import { keepError } from '../error/keep-error.js';
import { decide } from './decide.js';
import { plan, planSteps, type PlanInput } from './plan.js';
import { questionKey, type QuestionAnswer } from './question.js';

const told = (input: PlanInput, answers?: Map<string, QuestionAnswer>): string[] =>
  plan(input, answers).steps.map(({ path, outcome, reason, ops }) =>
    [path, outcome, reason, ...ops.map((op) => ('as' in op ? op.as : op.do))].join(' '),
  );

describe('first of all', () => {
  test.each([
    'link-out',
    'link-folder',
    'link-broken',
    'socket',
    'pipe',
    'device',
    'name-not-utf8',
    'name-unsafe',
  ] as const)('a %s is refused, whatever is recorded and there', (reason) => {
    const input = inputOf({
      refused: [refused('x', reason)],
      records: [record('x', 'a')],
      target: [listed('x', 'b')],
    });
    expect(plan(input)).toEqual({
      steps: [{ path: 'x', outcome: 'refused', reason, alarm: false, bytes: 0, ops: [] }],
      questions: [],
    });
  });

  test('what is refused does not stop the rest', () => {
    const input = inputOf({ files: [file('a'), file('c')], refused: [refused('b', 'pipe')] });
    expect(told(input).sort()).toEqual(['a copied new kept', 'b refused pipe', 'c copied new kept']);
  });

  test('a file whose name is what a refused one looks like is kept all the same', () => {
    const input = inputOf({ files: [file('a\ufffd')], refused: [refused('a\ufffd', 'name-not-utf8')] });
    expect(told(input).sort()).toEqual(['a\ufffd copied new kept', 'a\ufffd refused name-not-utf8']);
  });

  test('what lies behind a folder that became a link was not seen to be gone', () => {
    const lists = { records: [record('f/x', 'a')], target: [listed('f/x', 'a')] };
    expect(told(inputOf({ ...lists, refused: [refused('f', 'link-folder')] }))).toEqual([
      'f refused link-folder',
      'f/x retained not-readable',
    ]);
  });
});

describe('what could not be read', () => {
  const lists = {
    records: [record('f/x', 'a'), record('fx', 'a')],
    target: [listed('f/x', 'a'), listed('fx', 'a')],
  };

  test('an unreadable file fails, keeps its place and is not called gone', () => {
    const input = inputOf({ ...lists, files: [file('fx', 'a')], unreadable: [unreadable('f/x', false)] });
    expect(told(input)).toEqual(['f/x failed not-readable', 'fx unchanged unchanged']);
    expect(plan(input).steps[0]?.error?.kind).toBe('denied');
  });

  test('an unreadable file that was never kept fails too', () => {
    expect(told(inputOf({ unreadable: [unreadable('n', false)] }))).toEqual(['n failed not-readable']);
  });

  test('nothing below an unreadable folder is called gone, and everything beside it is', () => {
    expect(told(inputOf({ ...lists, unreadable: [unreadable('f', true)] }))).toEqual([
      'f/x retained not-readable',
      'fx retained deleted-at-source gone',
      'f failed not-readable',
    ]);
  });

  test('where the root could not be read nothing is gone', () => {
    expect(told(inputOf({ ...lists, complete: false }))).toEqual([
      'f/x retained not-readable',
      'fx retained not-readable',
    ]);
  });

  test('a path that is no longer mapped is not gone, and one never kept is left alone', () => {
    const input = inputOf({
      records: [record('x', 'a')],
      target: [listed('x', 'a'), listed('y')],
      covers: () => false,
    });
    expect(told(input)).toEqual(['x retained not-mapped', 'y left not-mapped']);
  });

  test('damage under an unreadable file is still an alarm', () => {
    const [step] = plan(inputOf({ records: [record('x', 'a')], unreadable: [unreadable('x', false)] })).steps;
    expect(step).toMatchObject({ outcome: 'failed', alarm: true });
  });
});

describe('what a time may prove', () => {
  const SECOND = 1_000_000_000n;
  const now = 100n * SECOND;

  test('an unchanged file asks nothing, a grown one exactly one prefix of the source', () => {
    expect(decideOne({ record: 'ab', source: 'ab', target: 'ab' }).asked).toEqual([]);
    expect(decideOne({ record: 'ab', source: 'abc', target: 'ab' }).asked).toEqual(['source 2']);
  });

  test('with checksum everything is asked about, on both sides', () => {
    const { step, asked } = decideOne({
      record: 'ab',
      source: 'ab',
      target: 'ab',
      policy: { checksum: true },
    });
    expect(step.outcome).toBe('unchanged');
    expect(asked).toEqual(['source 2', 'target 2']);
  });

  test('with checksum a rewrite under the same size and time is found, and rot in the archive too', () => {
    const policy = { checksum: true };
    expect(decideOne({ record: 'ab', source: 'XY', target: 'ab', policy }).step.reason).toBe('rewritten');
    expect(decideOne({ record: 'ab', source: 'ab', target: 'XY', policy }).step.reason).toBe(
      'changed-in-archive',
    );
    expect(decideOne({ record: 'ab', target: 'XY', policy }).step.outcome).toBe('damaged');
  });

  test('a time in the future says nothing: the source is digested', () => {
    const future = { sourceMtime: now + 1n, recordIs: { mtime: now + 1n }, policy: { now } };
    expect(decideOne({ record: 'ab', source: 'ab', target: 'ab', ...future })).toMatchObject({
      step: { outcome: 'unchanged' },
      asked: ['source 2'],
    });
    expect(decideOne({ record: 'ab', source: 'XY', target: 'ab', ...future }).step.outcome).toBe(
      'superseded',
    );
  });

  test('the present moment is no future', () => {
    const present = { sourceMtime: now, recordIs: { mtime: now }, policy: { now } };
    expect(decideOne({ record: 'ab', source: 'ab', target: 'ab', ...present }).asked).toEqual([]);
  });

  test.each([
    [1n, 10n, 11n, false],
    [2n * SECOND, 4n * SECOND, 6n * SECOND - 1n, true],
    [2n * SECOND, 4n * SECOND, 6n * SECOND, false],
    [2n * SECOND, 4n * SECOND - 1n, 4n * SECOND, false],
  ])('at a step of %s ns, %s and %s: one time is %s', (timeStep, mtime, sourceMtime, same) => {
    const given = {
      record: 'ab',
      source: 'ab',
      target: 'ab',
      recordIs: { mtime },
      sourceMtime,
      policy: { timeStep, now },
    };
    expect(decideOne(given).step.outcome).toBe(same ? 'unchanged' : 'restamped');
    const there = { recordIs: { targetMtime: mtime }, targetMtime: sourceMtime, policy: { timeStep, now } };
    expect(decideOne({ record: 'ab', source: 'ab', target: 'ab', ...there }).step.outcome).toBe(
      same ? 'unchanged' : 'restamped',
    );
  });

  test.each([
    ['just written', now - 1n, 1n, now - 1n + 10_000_000n],
    ['older than a tick', now - 10_000_000n, 1n, undefined],
    ['younger than a coarse step', now - SECOND, 2n * SECOND, now + SECOND],
    ['as old as a coarse step', now - 2n * SECOND, 2n * SECOND, undefined],
    ['from the future, and never trusted', now + 1n, 1n, undefined],
  ])('a file %s is read when its time has settled', (_name, sourceMtime, timeStep, readAfter) => {
    expect(decideOne({ source: 'ab', sourceMtime, policy: { now, timeStep } }).step.readAfter).toBe(
      readAfter,
    );
  });

  test('a young file that is not read need not settle', () => {
    const given = { record: 'ab', source: 'ab', target: 'ab', sourceMtime: now, recordIs: { mtime: now } };
    expect(decideOne({ ...given, policy: { now } }).step.readAfter).toBeUndefined();
  });
});

describe('a question that could not be answered', () => {
  const error = keepError('io', 'digest', 'no');

  test('fails a file of the source alone', () => {
    const input = inputOf({
      files: [file('a', 'xyz', 2n), file('b', 'xyz', 2n)],
      records: [record('a', 'xy'), record('b', 'xy')],
      target: [listed('a', 'xy'), listed('b', 'xy')],
    });
    const { questions } = plan(input);
    expect(questions.map(questionKey)).toEqual(['source 2 a', 'source 2 b']);
    const answers = new Map<string, QuestionAnswer>([
      ['source 2 a', { error }],
      ['source 2 b', { sha256: hash('xy') }],
    ]);
    expect(told(input, answers)).toEqual(['a failed ask-failed', 'b appended grew grown']);
    expect(plan(input, answers).steps[0]).toMatchObject({ error, ops: [], alarm: false });
  });

  test('leaves what the source no longer has retained, and says why', () => {
    const situation = situationOf({ target: 'ab' });
    const answers = new Map([[`target 2 ${situation.path}`, { error }]]);
    const decided = decide(situation, { checksum: false, now: 1n, timeStep: 1n }, answers);
    expect(decided).toMatchObject({ step: { outcome: 'retained', reason: 'ask-failed', error, ops: [] } });
  });

  test('asks each question once a round', () => {
    const planned = [...planSteps(inputOf({ files: [file('a', 'xy')], target: [listed('a', 'xy')] }))];
    expect(planned).toMatchObject([{ questions: [{ side: 'source' }, { side: 'target' }] }]);
    expect(planned[0] !== undefined && 'questions' in planned[0] && planned[0].questions).toHaveLength(2);
  });
});

describe('the merge', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c/d', 'c/e', '\uff5e', '😀', 'z'), {
    maxLength: 7,
  });

  test('gives every path of any list one step, in the order of UTF-8 bytes', () => {
    fc.assert(
      fc.property(names, names, names, (files, records, target) => {
        const input = inputOf({
          files: files.map((path) => file(path)),
          records: records.map((path) => record(path)),
          target: target.map((path) => listed(path)),
        });
        const paths = [...planSteps(input)].map(
          (planned) => ('step' in planned ? planned.step : planned.situation).path,
        );
        const all = [...new Set([...files, ...records, ...target])];
        expect(paths).toEqual(all.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });

  test('a step carries what it was decided from', () => {
    const lists = { files: [file('a', 'x')], records: [record('a', 'x')], target: [listed('a', 'x')] };
    expect(plan(inputOf(lists)).steps[0]).toMatchObject({
      source: lists.files[0],
      record: lists.records[0],
      target: lists.target[0],
    });
  });
});

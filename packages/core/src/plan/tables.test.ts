import { describe, expect, test } from 'vitest';
import { decideOne, type OneFile } from '../../test/one-file.js';
import { hash } from '../../test/sha256.js';
import type { Outcome } from './counts.js';
import type { Op, Reason } from './step.js';

interface Row {
  readonly name: string;
  readonly given: OneFile;
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly alarm?: boolean;
  /** Bytes that leave the source. */
  readonly bytes?: number;
  readonly ops?: readonly Op[];
  readonly asked?: readonly string[];
}

// What was recorded, what a log becomes by growing, by losing its end, and what replaces it.
const OLD = 'abcd';
const GROWN = 'abcdef';
const LATER = 2n;

const copy = (bytes: string, mtime = LATER): Op => fill('kept', null, bytes, mtime);
const fill = (as: 'kept' | 'grown', from: number | null, bytes: string, mtime = LATER): Op => ({
  do: 'fill',
  as,
  from,
  size: bytes.length,
  mtime,
  expect: null,
});
const mend = (from: number | null, mtime = 1n): Op => ({
  do: 'fill',
  as: 'restamped',
  from,
  size: 4,
  mtime,
  expect: hash(OLD),
});
const aside = (bytes: string, more: { lost?: boolean; move?: boolean; recorded?: boolean } = {}): Op => ({
  do: 'aside',
  size: bytes.length,
  sha256: hash(bytes),
  lost: false,
  move: true,
  recorded: false,
  ...more,
});
const says = (as: 'kept' | 'adopted' | 'grown', bytes: string, mtime: bigint, stamp = false): Op => ({
  do: 'record',
  as,
  size: bytes.length,
  sha256: hash(bytes),
  mtime,
  stamp,
});
const restamp = (mtime: bigint): Op => ({ do: 'restamp', mtime });
const gone: Op = { do: 'note', as: 'gone' };
const back: Op = { do: 'note', as: 'back' };
const putBack = (as: 'kept' | 'restamped', bytes: string): Op => ({
  do: 'putBack',
  as,
  size: bytes.length,
  sha256: hash(bytes),
  mtime: 1n,
});

const same = { record: OLD, source: OLD };
const touched = { ...same, sourceMtime: LATER };
const grown = { record: OLD, source: GROWN, sourceMtime: LATER };
const rewritten = (source: string): OneFile => ({ record: OLD, source, sourceMtime: LATER });
const absent = { record: OLD };
const unknown = { record: OLD, absence: 'unreadable' as const };

const live: Row[] = [
  { name: 'same × ok → keep', given: { ...same, target: OLD }, outcome: 'unchanged', reason: 'unchanged' },
  {
    name: 'same × ok under another time → restamp',
    given: { ...same, target: OLD, targetMtime: LATER },
    outcome: 'restamped',
    reason: 'touched-in-archive',
    ops: [restamp(1n)],
    asked: ['target 4'],
  },
  {
    name: 'same × missing → mend !',
    given: same,
    outcome: 'mended',
    reason: 'missing-in-archive',
    alarm: true,
    bytes: 4,
    ops: [mend(null)],
  },
  {
    name: 'same × short → mend !',
    given: { ...same, target: 'ab' },
    outcome: 'mended',
    reason: 'short-in-archive',
    alarm: true,
    bytes: 2,
    ops: [mend(2)],
    asked: ['source 2', 'target 2'],
  },
  {
    name: 'same × emptied → mend !, with no question',
    given: { ...same, target: '' },
    outcome: 'mended',
    reason: 'short-in-archive',
    alarm: true,
    bytes: 4,
    ops: [mend(0)],
  },
  {
    name: 'same × odd (other bytes of that size) → found !',
    given: { ...same, target: 'abcX', targetMtime: LATER },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 4,
    ops: [aside('abcX', { lost: true }), copy(OLD, 1n)],
    asked: ['target 4', 'source 4'],
  },
  {
    name: 'same × odd (short, other bytes) → found !',
    given: { ...same, target: 'aX' },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 4,
    ops: [aside('aX', { lost: true }), copy(OLD, 1n)],
    asked: ['source 2', 'target 2'],
  },
  {
    name: 'same × odd (the record, then bytes that the source has not) → found !, nothing lost',
    given: { ...same, target: GROWN },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 4,
    ops: [aside(GROWN), copy(OLD, 1n)],
    asked: ['target 4', 'target 6'],
  },
  {
    name: 'touched × ok → restamp',
    given: { ...touched, target: OLD },
    outcome: 'restamped',
    reason: 'touched',
    ops: [restamp(LATER)],
    asked: ['source 4'],
  },
  {
    name: 'touched × missing → mend, restamp !',
    given: touched,
    outcome: 'mended',
    reason: 'missing-in-archive',
    alarm: true,
    bytes: 4,
    ops: [mend(null, LATER)],
    asked: ['source 4'],
  },
  {
    name: 'touched × short → mend, restamp !',
    given: { ...touched, target: 'abc' },
    outcome: 'mended',
    reason: 'short-in-archive',
    alarm: true,
    bytes: 1,
    ops: [mend(3, LATER)],
    asked: ['source 4', 'source 3', 'target 3'],
  },
  {
    name: 'touched × odd → found !',
    given: { ...touched, target: 'XXXXX' },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 4,
    ops: [aside('XXXXX', { lost: true }), copy(OLD)],
    asked: ['source 4', 'target 4', 'target 5'],
  },
  {
    name: 'extends × ok → append',
    given: { ...grown, target: OLD },
    outcome: 'appended',
    reason: 'grew',
    bytes: 2,
    ops: [fill('grown', 4, GROWN)],
    asked: ['source 4'],
  },
  {
    name: 'extends × ok under another time → append',
    given: { ...grown, target: OLD, targetMtime: LATER },
    outcome: 'appended',
    reason: 'grew',
    bytes: 2,
    ops: [fill('grown', 4, GROWN)],
    asked: ['source 4', 'target 4'],
  },
  {
    name: 'extends × ahead by some → grown, append the rest',
    given: { ...grown, target: 'abcde' },
    outcome: 'appended',
    reason: 'crash-left-bytes',
    bytes: 1,
    ops: [fill('grown', 5, GROWN)],
    asked: ['source 4', 'target 4', 'source 5', 'target 5'],
  },
  {
    name: 'extends × ahead by all → grown, nothing to append',
    given: { ...grown, target: GROWN },
    outcome: 'appended',
    reason: 'crash-left-bytes',
    ops: [says('grown', GROWN, LATER, true)],
    asked: ['source 4', 'target 4', 'source 6', 'target 6'],
  },
  {
    name: 'extends × missing → mend, append !',
    given: grown,
    outcome: 'mended',
    reason: 'missing-in-archive',
    alarm: true,
    bytes: 6,
    ops: [fill('grown', null, GROWN)],
    asked: ['source 4'],
  },
  {
    name: 'extends × short → mend, append !',
    given: { ...grown, target: 'abc' },
    outcome: 'mended',
    reason: 'short-in-archive',
    alarm: true,
    bytes: 3,
    ops: [fill('grown', 3, GROWN)],
    asked: ['source 4', 'source 3', 'target 3'],
  },
  {
    name: 'extends × odd (the record, then other bytes) → found !, nothing lost',
    given: { ...grown, target: 'abcdX' },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 6,
    ops: [aside('abcdX'), copy(GROWN)],
    asked: ['source 4', 'target 4', 'source 5', 'target 5'],
  },
  {
    name: 'extends × odd (longer than the source) → found !',
    given: { ...grown, target: 'abcdefgh' },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 6,
    ops: [aside('abcdefgh'), copy(GROWN)],
    asked: ['source 4', 'target 4', 'target 8'],
  },
  {
    name: 'differs (shrunk) × ok → supersede, and the archive is read before it is put aside',
    given: { ...rewritten('ab'), target: OLD },
    outcome: 'superseded',
    reason: 'rewritten',
    bytes: 2,
    ops: [aside(OLD), copy('ab')],
    asked: ['target 4'],
  },
  {
    name: 'differs (same size) × ok → supersede',
    given: { ...rewritten('wxyz'), target: OLD },
    outcome: 'superseded',
    reason: 'rewritten',
    bytes: 4,
    ops: [aside(OLD), copy('wxyz')],
    asked: ['source 4', 'target 4'],
  },
  {
    name: 'differs (longer) × ok under another time → supersede',
    given: { ...rewritten('wxyz12'), target: OLD, targetMtime: LATER },
    outcome: 'superseded',
    reason: 'rewritten',
    bytes: 6,
    ops: [aside(OLD), copy('wxyz12')],
    asked: ['source 4', 'target 4'],
  },
  {
    name: 'differs × missing → aside (lost), copy !',
    given: rewritten('wxyz'),
    outcome: 'superseded',
    reason: 'lost-in-archive',
    alarm: true,
    bytes: 4,
    ops: [aside('', { lost: true, move: false }), copy('wxyz')],
    asked: ['source 4'],
  },
  {
    name: 'differs × short (a beginning of the new bytes) → aside (lost), the rest !',
    given: { ...rewritten('wxyz'), target: 'wx' },
    outcome: 'superseded',
    reason: 'lost-in-archive',
    alarm: true,
    bytes: 2,
    ops: [aside('wx', { lost: true, move: false }), fill('kept', 2, 'wxyz')],
    asked: ['source 4', 'source 2', 'target 2'],
  },
  {
    name: 'differs × new → aside (lost), adopt !',
    given: { ...rewritten('wxyz'), target: 'wxyz' },
    outcome: 'adopted',
    reason: 'lost-in-archive',
    alarm: true,
    ops: [aside('wxyz', { lost: true, move: false }), says('adopted', 'wxyz', LATER, true)],
    asked: ['source 4', 'target 4'],
  },
  {
    name: 'differs × odd → found !',
    given: { ...rewritten('wxyz'), target: 'XXX' },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 4,
    ops: [aside('XXX', { lost: true }), copy('wxyz')],
    asked: ['source 4', 'source 3', 'target 3'],
  },
  {
    name: 'differs × odd (the record, then more) → found !, nothing lost',
    given: { ...rewritten('wxyz'), target: 'abcde' },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 4,
    ops: [aside('abcde'), copy('wxyz')],
    asked: ['source 4', 'target 4', 'target 5'],
  },
  {
    name: 'absent × ok → retain, gone once',
    given: { ...absent, target: OLD },
    outcome: 'retained',
    reason: 'deleted-at-source',
    ops: [gone],
  },
  {
    name: 'absent × ok under another time → retain, restamp, gone',
    given: { ...absent, target: OLD, targetMtime: LATER },
    outcome: 'retained',
    reason: 'touched-in-archive',
    ops: [restamp(1n), gone],
    asked: ['target 4'],
  },
  {
    name: 'absent × ahead → grown as found, gone',
    given: { ...absent, target: GROWN },
    outcome: 'retained',
    reason: 'crash-left-bytes',
    ops: [says('grown', GROWN, 1n), gone],
    asked: ['target 4', 'target 6'],
  },
  {
    name: 'absent × missing, with a version → put back !',
    given: { ...absent, versions: [OLD] },
    outcome: 'retained',
    reason: 'missing-in-archive',
    alarm: true,
    ops: [putBack('restamped', OLD), gone],
    asked: ['version'],
  },
  {
    name: 'absent × missing, without a version → damaged !',
    given: absent,
    outcome: 'damaged',
    reason: 'missing-in-archive',
    alarm: true,
    ops: [gone],
    asked: ['version'],
  },
  {
    name: 'absent × short → damaged !',
    given: { ...absent, target: 'ab' },
    outcome: 'damaged',
    reason: 'changed-in-archive',
    alarm: true,
    ops: [gone],
  },
  {
    name: 'absent × odd → damaged !',
    given: { ...absent, target: 'wxyz', targetMtime: LATER },
    outcome: 'damaged',
    reason: 'changed-in-archive',
    alarm: true,
    ops: [gone],
    asked: ['target 4'],
  },
  {
    name: 'unknown × ok → retain',
    given: { ...unknown, target: OLD },
    outcome: 'retained',
    reason: 'not-readable',
  },
  {
    name: 'unknown (no longer mapped) × ok → retain',
    given: { record: OLD, absence: 'unmapped', target: OLD },
    outcome: 'retained',
    reason: 'not-mapped',
  },
  {
    name: 'unknown × ahead → retain',
    given: { ...unknown, target: GROWN },
    outcome: 'retained',
    reason: 'not-readable',
    asked: ['target 4'],
  },
  {
    name: 'unknown × missing → damaged !',
    given: unknown,
    outcome: 'damaged',
    reason: 'missing-in-archive',
    alarm: true,
  },
  {
    name: 'unknown × short → damaged !',
    given: { ...unknown, target: 'ab' },
    outcome: 'damaged',
    reason: 'changed-in-archive',
    alarm: true,
  },
  {
    name: 'unknown × odd → damaged !',
    given: { ...unknown, target: 'wxyz', targetMtime: LATER },
    outcome: 'damaged',
    reason: 'changed-in-archive',
    alarm: true,
    asked: ['target 4'],
  },
];

const wasGone = { recordIs: { gone: true } };
const asideOpen = (bytes: string, lost = false): OneFile => ({
  record: OLD,
  recordIs: { status: 'aside', aside: { size: bytes.length, sha256: hash(bytes), lost } },
});
const rewriting: OneFile = { ...asideOpen(OLD), source: 'wxyz', sourceMtime: LATER };
const pruned = { record: OLD, recordIs: { status: 'pruned' as const } };

const other: Row[] = [
  {
    name: 'gone × present and unchanged → back, keep',
    given: { ...same, ...wasGone, target: OLD },
    outcome: 'unchanged',
    reason: 'unchanged',
    ops: [back],
  },
  {
    name: 'gone × present and grown → back, append',
    given: { ...grown, ...wasGone, target: OLD },
    outcome: 'appended',
    reason: 'grew',
    bytes: 2,
    ops: [back, fill('grown', 4, GROWN)],
    asked: ['source 4'],
  },
  {
    name: 'gone × present, rewritten → back, supersede',
    given: { ...rewritten('w'), ...wasGone, target: OLD },
    outcome: 'superseded',
    reason: 'rewritten',
    bytes: 1,
    ops: [back, aside(OLD), copy('w')],
    asked: ['target 4'],
  },
  {
    name: 'gone × absent × ok → retain, no second gone',
    given: { ...absent, ...wasGone, target: OLD },
    outcome: 'retained',
    reason: 'deleted-at-source',
  },
  {
    name: 'gone × absent × missing → damaged !, no second gone',
    given: { ...absent, ...wasGone },
    outcome: 'damaged',
    reason: 'missing-in-archive',
    alarm: true,
    asked: ['version'],
  },
  {
    name: 'gone × unknown × ok → retain',
    given: { ...unknown, ...wasGone, target: OLD },
    outcome: 'retained',
    reason: 'not-readable',
  },
  {
    name: 'none × present × missing → copy',
    given: { source: 'wxyz' },
    outcome: 'copied',
    reason: 'new',
    bytes: 4,
    ops: [copy('wxyz', 1n)],
  },
  {
    name: 'none × present × equal → adopt',
    given: { source: 'wxyz', target: 'wxyz' },
    outcome: 'adopted',
    reason: 'already-there',
    ops: [says('adopted', 'wxyz', 1n)],
    asked: ['source 4', 'target 4'],
  },
  {
    name: 'none × present × equal under another time → adopt, stamp',
    given: { source: 'wxyz', target: 'wxyz', sourceMtime: LATER },
    outcome: 'adopted',
    reason: 'already-there',
    ops: [says('adopted', 'wxyz', LATER, true)],
    asked: ['source 4', 'target 4'],
  },
  {
    name: 'none × present and empty × empty → adopt, with no question',
    given: { source: '', target: '' },
    outcome: 'adopted',
    reason: 'already-there',
    ops: [says('adopted', '', 1n)],
  },
  {
    name: 'none × present × prefix of it → adopt, append',
    given: { source: 'wxyz', target: 'wx', sourceMtime: LATER },
    outcome: 'adopted',
    reason: 'partly-there',
    bytes: 2,
    ops: [says('adopted', 'wx', 1n), fill('grown', 2, 'wxyz')],
    asked: ['source 2', 'target 2'],
  },
  {
    name: 'none × present × other → adopt as found, supersede',
    given: { source: 'wxyz', target: 'XX', sourceMtime: LATER },
    outcome: 'superseded',
    reason: 'other-file-there',
    bytes: 4,
    ops: [says('adopted', 'XX', 1n), aside('XX'), copy('wxyz')],
    asked: ['source 2', 'target 2'],
  },
  {
    name: 'none × present × other, longer → adopt as found, supersede, and the source is not asked',
    given: { source: 'wx', target: 'wxyz', sourceMtime: LATER },
    outcome: 'superseded',
    reason: 'other-file-there',
    bytes: 2,
    ops: [says('adopted', 'wxyz', 1n), aside('wxyz'), copy('wx')],
    asked: ['target 4'],
  },
  {
    name: 'none × absent × present → digest there, adopt, gone',
    given: { target: 'wxyz' },
    outcome: 'retained',
    reason: 'deleted-at-source',
    ops: [says('adopted', 'wxyz', 1n), gone],
    asked: ['target 4'],
  },
  {
    name: 'none × unreadable × present → leave',
    given: { target: 'wxyz', absence: 'unreadable' },
    outcome: 'left',
    reason: 'not-readable',
  },
  {
    name: 'none × unmapped × present → leave',
    given: { target: 'wxyz', absence: 'unmapped' },
    outcome: 'left',
    reason: 'not-mapped',
  },
  {
    name: 'aside open × present × the aside’s bytes → resume the supersede',
    given: { ...rewriting, target: OLD },
    outcome: 'superseded',
    reason: 'crash-left-rewrite',
    bytes: 4,
    ops: [aside(OLD, { recorded: true }), copy('wxyz')],
    asked: ['target 4'],
  },
  {
    name: 'aside open × present × equal to source → kept',
    given: { ...rewriting, target: 'wxyz', versions: [OLD] },
    outcome: 'superseded',
    reason: 'crash-left-rewrite',
    ops: [says('kept', 'wxyz', LATER, true)],
    asked: ['target 4', 'source 4', 'version'],
  },
  {
    name: 'aside open × present × equal to source, no version → kept !',
    given: { ...rewriting, target: 'wxyz' },
    outcome: 'superseded',
    reason: 'lost-version',
    alarm: true,
    ops: [says('kept', 'wxyz', LATER, true)],
    asked: ['target 4', 'source 4', 'version'],
  },
  {
    name: 'aside open × present × missing → copy',
    given: { ...rewriting, versions: [OLD] },
    outcome: 'superseded',
    reason: 'crash-left-rewrite',
    bytes: 4,
    ops: [copy('wxyz')],
    asked: ['version'],
  },
  {
    name: 'aside open × present × missing, no version → copy !',
    given: rewriting,
    outcome: 'superseded',
    reason: 'lost-version',
    alarm: true,
    bytes: 4,
    ops: [copy('wxyz')],
    asked: ['version'],
  },
  {
    name: 'aside open × present × other → found !',
    given: { ...rewriting, target: 'XX', versions: [OLD] },
    outcome: 'superseded',
    reason: 'changed-in-archive',
    alarm: true,
    bytes: 4,
    ops: [aside('XX'), copy('wxyz')],
    asked: ['target 2'],
  },
  {
    name: 'aside (lost) open × present × missing → copy, and no version is missed',
    given: { ...asideOpen('', true), source: 'wxyz', sourceMtime: LATER },
    outcome: 'superseded',
    reason: 'crash-left-rewrite',
    bytes: 4,
    ops: [copy('wxyz')],
  },
  {
    name: 'aside (lost) open × present × a beginning of it → the rest',
    given: { ...asideOpen('w', true), source: 'wxyz', sourceMtime: LATER, target: 'wx' },
    outcome: 'superseded',
    reason: 'crash-left-rewrite',
    bytes: 2,
    ops: [fill('kept', 2, 'wxyz')],
    asked: ['source 2', 'target 2'],
  },
  {
    name: 'aside open × absent × the aside’s bytes → kept again, gone',
    given: { ...asideOpen(OLD), target: OLD },
    outcome: 'retained',
    reason: 'crash-left-rewrite',
    ops: [says('kept', OLD, 1n), gone],
    asked: ['target 4'],
  },
  {
    name: 'aside open × unknown × the aside’s bytes → kept again',
    given: { ...asideOpen(OLD), target: OLD, absence: 'unreadable' },
    outcome: 'retained',
    reason: 'crash-left-rewrite',
    ops: [says('kept', OLD, 1n)],
    asked: ['target 4'],
  },
  {
    name: 'aside open × absent × missing → put back the version, kept',
    given: { ...asideOpen(OLD), versions: [OLD] },
    outcome: 'retained',
    reason: 'crash-left-rewrite',
    ops: [putBack('kept', OLD), gone],
    asked: ['version'],
  },
  {
    name: 'aside open × absent × missing, no version → damaged !',
    given: asideOpen(OLD),
    outcome: 'damaged',
    reason: 'missing-in-archive',
    alarm: true,
    ops: [gone],
    asked: ['version'],
  },
  {
    name: 'aside open × absent × other → damaged !',
    given: { ...asideOpen(OLD), target: 'XX', versions: [OLD] },
    outcome: 'damaged',
    reason: 'changed-in-archive',
    alarm: true,
    ops: [gone],
  },
  {
    name: 'pruned × any × missing → skip',
    given: { ...pruned, source: GROWN },
    outcome: 'unchanged',
    reason: 'pruned',
  },
  {
    name: 'pruned × absent × missing → skip',
    given: pruned,
    outcome: 'left',
    reason: 'pruned',
  },
  {
    name: 'pruned × any × present → leave, report',
    given: { ...pruned, source: GROWN, target: OLD },
    outcome: 'unchanged',
    reason: 'pruned',
  },
  {
    name: 'pruned × absent × present → leave, report',
    given: { ...pruned, target: OLD },
    outcome: 'left',
    reason: 'pruned',
  },
];

const check = ({ given, outcome, reason, alarm = false, bytes = 0, ops = [], asked = [] }: Row): void => {
  const decided = decideOne(given);
  expect(decided.step).toMatchObject({ outcome, reason, alarm, bytes });
  expect(decided.step.ops).toEqual(ops);
  expect(decided.asked).toEqual(asked);
};

describe('with a live record', () => {
  test.each(live)('$name', check);
});

describe('with another record, or none', () => {
  test.each(other)('$name', check);
});

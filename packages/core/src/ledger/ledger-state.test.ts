import { describe, expect, test } from 'vitest';
import { record } from '../../test/entries.js';
import { HEADER, says } from '../../test/lines.js';
import { hash } from '../../test/sha256.js';
import { stateLine } from './encode-line.js';
import { LedgerState } from './ledger-state.js';
import type { Line } from './line.js';

function after(...lines: Line[]): LedgerState {
  const state = new LedgerState();
  for (const line of lines) expect(state.apply(line)).toBeNull();
  return state;
}

const one = (state: LedgerState): unknown => state.records.get(record('a').path);

describe('LedgerState', () => {
  test('a generation begins, grows, is stamped and ends', () => {
    const state = after(says('kept', 'ab'), says('grown', 'abc'), says('restamped', 'abc', { mtime: 5n }));
    expect(one(state)).toEqual(record('a', 'abc', { mtime: 5n }));
    expect(state.apply(says('aside', 'abcd', { lost: true }))).toBeNull();
    expect(one(state)).toEqual(
      record('a', 'abc', {
        mtime: 5n,
        status: 'aside',
        aside: { size: 4, sha256: hash('abcd'), lost: true },
      }),
    );
    expect(state.apply(says('kept', 'x'))).toBeNull();
    expect(one(state)).toEqual(record('a', 'x'));
  });

  test('gone and back change nothing else, and gone outlives growth', () => {
    expect(one(after(says('adopted', 'a'), says('gone', 'zzz', { mtime: 9n })))).toEqual(
      record('a', 'a', { gone: true }),
    );
    expect(one(after(says('adopted', 'a'), says('gone', 'a'), says('grown', 'ab')))).toEqual(
      record('a', 'ab', { gone: true }),
    );
    expect(one(after(says('adopted', 'a'), says('gone', 'a'), says('back', 'a')))).toEqual(record('a', 'a'));
  });

  test('what is gone stays gone when its bytes are kept again', () => {
    const lines = [says('kept', 'a'), says('gone', 'a'), says('aside', 'a'), says('kept', 'a')];
    expect(one(after(...lines))).toEqual(record('a', 'a', { gone: true }));
  });

  test('pruned ends a file, and what begins anew begins anew', () => {
    expect(one(after(says('kept', 'a'), says('pruned', 'a')))).toEqual(
      record('a', 'a', { status: 'pruned' }),
    );
    expect(one(after(says('kept', 'a'), says('pruned', 'a'), says('kept', 'b')))).toEqual(record('a', 'b'));
  });

  test('a state line says it all again', () => {
    for (const found of [
      record('a', 'ab', { gone: true, extra: { note: 1 } }),
      record('a', 'ab', { status: 'aside', aside: { size: 3, sha256: hash('abc'), lost: false } }),
      record('a', 'ab', { status: 'pruned', stored: record('A').path }),
    ]) {
      const state = new LedgerState();
      expect(state.apply(stateLine(found, { at: HEADER.at, run: 'r' }), found.extra)).toBeNull();
      expect(one(state)).toEqual(found);
    }
  });

  test('header and rebound say what it is bound to', () => {
    const { origin, layout, projects } = HEADER;
    expect(after(HEADER)).toMatchObject({ header: HEADER, binding: { origin, layout, projects } });
    const rebound: Line = { kind: 'rebound', origin: 'other', layout, projects, at: HEADER.at, run: 'r' };
    expect(after(HEADER, rebound)).toMatchObject({ header: HEADER, binding: { origin: 'other' } });
  });

  test.each<[string, Line[], Line]>([
    ['kept while a generation is open', [says('kept', 'a')], says('kept', 'b')],
    ['adopted while a generation is open', [says('kept', 'a')], says('adopted', 'b')],
    ['grown without a beginning', [], says('grown', 'a')],
    ['restamped without a beginning', [], says('restamped', 'a')],
    ['gone without a beginning', [], says('gone', 'a')],
    ['back without a beginning', [], says('back', 'a')],
    ['pruned without a beginning', [], says('pruned', 'a')],
    ['aside without a beginning', [], says('aside', 'a')],
    ['grown after the end', [says('kept', 'a'), says('aside', 'a')], says('grown', 'ab')],
    ['restamped after the end', [says('kept', 'a'), says('aside', 'a')], says('restamped', 'a')],
    ['grown after pruning', [says('kept', 'a'), says('pruned', 'a')], says('grown', 'ab')],
    ['aside after pruning', [says('kept', 'a'), says('pruned', 'a')], says('aside', 'a')],
    ['grown to fewer bytes', [says('kept', 'ab')], says('grown', 'a')],
    ['grown by nothing', [says('kept', 'ab')], says('grown', 'xy')],
    ['restamped to another size', [says('kept', 'ab')], says('restamped', 'abc', { sha256: hash('ab') })],
    ['restamped to other bytes', [says('kept', 'ab')], says('restamped', 'xy')],
    ['going back in time', [says('kept', 'ab', { at: '2026-01-02T00:00:00.000Z' })], says('grown', 'abc')],
  ])('refuses %s, and then adds nothing', (_name, before, line) => {
    const state = after(...before);
    const [records, last] = [new Map(state.records), state.lastAt];
    expect(state.apply(line)).toEqual(expect.any(String));
    expect(state.records).toEqual(records);
    expect(state.lastAt).toBe(last);
  });
});

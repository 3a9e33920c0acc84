import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../test/sha256.js';
import { noCounts } from '../plan/counts.js';
import { encodeChained } from './encode-line.js';
import { GENESIS } from './line.js';
import { decodeRun, type RunRecord } from './run-record.js';

const run: RunRecord = {
  kind: 'run',
  number: 1,
  run: 'r1',
  begin: '2026-01-01T00:00:00.000Z',
  end: '2026-01-01T00:00:01.000Z',
  version: '0.0.0',
  origin: 'local:0123456789abcdef:/home/anna',
  config: GENESIS,
  host: 'h',
  user: 'u',
  outcome: 'done',
  counts: noCounts(),
  bytesMoved: 0,
  clockOffsetMs: -3,
  ledger: { segment: 1, size: 0, head: GENESIS },
};

const text = (line: object): string =>
  new TextDecoder().decode(encodeChained(line, GENESIS, sha256).bytes).trimEnd();

describe('decodeRun', () => {
  test('takes what was encoded', () => {
    expect(decodeRun(text(run))).toEqual({ ok: true, prev: GENESIS, value: { ...run, prev: GENESIS } });
  });

  test('a kind of a later version is unsupported', () => {
    expect(decodeRun(text({ ...run, kind: 'audit' }))).toMatchObject({ ok: false, unsupported: true });
  });

  test.each(['number', 'run', 'begin', 'end', 'outcome', 'counts', 'ledger'] as const)(
    'needs %s',
    (field) => {
      expect(decodeRun(text({ ...run, [field]: undefined }))).toMatchObject({ ok: false });
      expect(decodeRun(text({ ...run, [field]: null }))).toMatchObject({ ok: false });
    },
  );

  test('needs a whole ledger head', () => {
    for (const head of [
      {},
      { ...run.ledger, head: 'x' },
      { ...run.ledger, size: -1 },
      { ...run.ledger, segment: 1.5 },
    ]) {
      expect(decodeRun(text({ ...run, ledger: head }))).toMatchObject({ ok: false });
    }
  });

  test('never throws on any JSON', () => {
    fc.assert(fc.property(fc.json(), (any) => typeof decodeRun(any).ok === 'boolean'));
  });
});

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

  test.each(Object.keys(run).filter((field) => field !== 'kind'))('needs %s', (field) => {
    expect(decodeRun(text({ ...run, [field]: undefined }))).toMatchObject({ ok: false });
    expect(decodeRun(text({ ...run, [field]: null }))).toMatchObject({ ok: false });
  });

  test('takes counts that are numbers, those of other versions too', () => {
    for (const copied of [-1, 1.5, '1', null, { '\u001b[2J': 1 }])
      expect(decodeRun(text({ ...run, counts: { ...noCounts(), copied } }))).toMatchObject({ ok: false });
    expect(decodeRun(text({ ...run, counts: { teleported: 3 } }))).toMatchObject({
      ok: true,
      value: { counts: { ...noCounts(), teleported: 3 } },
    });
  });

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

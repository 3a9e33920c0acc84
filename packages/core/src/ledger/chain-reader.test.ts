import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLine, HEADER, says } from '../../test/lines.js';
import { hash, sha256 } from '../../test/sha256.js';
import { ChainReader, type ChainDamage } from './chain-reader.js';
import { decodeLine } from './decode-line.js';
import { encodeChained, encodeLine } from './encode-line.js';
import { LedgerState } from './ledger-state.js';
import { GENESIS, MAX_LINE_BYTES, type Line } from './line.js';
import type { LedgerHead } from './run-record.js';

interface Read {
  readonly values: Line[];
  readonly damage: ChainDamage | null;
  readonly torn: number;
  readonly valid: number;
  readonly head: string | null;
}

function chain(lines: readonly Line[], start = GENESIS): Uint8Array[] {
  let prev = start;
  return lines.map((line) => {
    const encoded = encodeLine(line, prev, sha256);
    prev = encoded.sha256;
    return encoded.bytes;
  });
}

function read(
  chunks: Iterable<Uint8Array>,
  expected: string | null = GENESIS,
  accept?: (line: Line) => string | null,
  heads?: readonly LedgerHead[],
): Read {
  const reader = new ChainReader(sha256, decodeLine, expected, accept);
  const values: Line[] = [];
  for (const chunk of chunks) for (const { value } of reader.push(chunk)) values.push(value);
  for (const { value } of reader.end(heads)) values.push(value);
  expect(reader.lines).toBe(values.length);
  return {
    values,
    damage: reader.damage,
    torn: reader.tornBytes,
    valid: reader.validBytes,
    head: reader.head,
  };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const cut = (all: Uint8Array, ...sizes: number[]): Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  let from = 0;
  for (const size of sizes) chunks.push(all.slice(from, (from += size)));
  return [...chunks, all.slice(from)];
};

const lines = [HEADER, says('kept', 'ab'), says('grown', 'abc'), says('gone', 'abc')];
const good = chain(lines);
const all = Buffer.concat(good);
const endOf = (count: number): number => good.slice(0, count).reduce((sum, line) => sum + line.length, 0);

describe('ChainReader', () => {
  test('reads a whole chain', () => {
    expect(read([all])).toEqual({
      values: lines,
      damage: null,
      torn: 0,
      valid: all.length,
      head: hash(good[3]!.slice(0, -1)),
    });
  });

  test('keeps nothing of a chunk whose memory is used again', () => {
    const buffer = new Uint8Array(50);
    const reused = function* (): Generator<Uint8Array, void> {
      for (let from = 0; from < all.length; from += buffer.length) {
        const part = all.subarray(from, from + buffer.length);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
      }
    };
    expect(read(reused())).toEqual(read([all]));
  });

  test('an empty file is an empty chain', () => {
    expect(read([])).toEqual({ values: [], damage: null, torn: 0, valid: 0, head: GENESIS });
  });

  test('takes any first prev where none is expected, and tells it', () => {
    const prev = hash('before');
    const reader = new ChainReader(sha256, decodeLine);
    expect([...reader.push(Buffer.concat(chain(lines, prev))), ...reader.end()]).toHaveLength(4);
    expect(reader.firstPrev).toBe(prev);
  });

  test('refuses another first prev than expected', () => {
    expect(read([all], hash('x'))).toMatchObject({ values: [], damage: { byte: 0, line: 1 } });
  });

  test('an unfinished last line is torn, and no damage, wherever it ends', () => {
    for (let size = 1; size < good[3]!.length; size++) {
      expect(read([all.subarray(0, endOf(3) + size)])).toMatchObject({
        damage: null,
        torn: size,
        valid: endOf(3),
      });
    }
  });

  test('a line counts when the next one names its digest, and the last one at the end', () => {
    const reader = new ChainReader(sha256, decodeLine, GENESIS);
    const counts = good.map((line) => [...reader.push(line)].length);
    expect(counts).toEqual([0, 1, 1, 1]);
    expect([...reader.end()].map(({ value }) => value)).toEqual([lines[3]]);
  });

  test('a flipped bit is found at its line or the one before, and no changed line is ever given out', () => {
    const written = { segment: 1, size: all.length, head: hash(good[3]!.slice(0, -1)) };
    for (let at = 0; at < all.length; at++) {
      for (const bit of [1, 32, 128]) {
        const flipped = Uint8Array.from(all);
        flipped[at]! ^= bit;
        const line = good.findIndex((_, index) => at < endOf(index + 1)) + 1;
        const { damage, values, torn } = read([flipped], GENESIS, undefined, [written]);
        // Without its newline the last line is a torn one.
        if (at === all.length - 1) expect([damage, torn]).toEqual([null, good[3]!.length]);
        else expect([line - 1, line]).toContain(damage?.line);
        expect(values).toEqual(lines.slice(0, values.length));
        expect(values.length).toBeGreaterThanOrEqual(line - 2);
      }
    }
  });

  test('a missing line is found at the one before, which nothing confirms', () => {
    expect(read(good.slice(1)).damage).toMatchObject({ line: 1, byte: 0 });
    for (const gone of [1, 2]) {
      expect(read(good.filter((_, index) => index !== gone)).damage).toMatchObject({
        line: gone,
        byte: endOf(gone - 1),
      });
    }
  });

  test('swapped lines are found before the first of them', () => {
    expect(read([good[0]!, good[2]!, good[1]!, good[3]!])).toMatchObject({
      values: [],
      damage: { line: 1, byte: 0 },
    });
  });

  test('a line put in between is found, and not given out', () => {
    const forged = encodeLine(says('kept', 'x'), hash(good[1]!.slice(0, -1)), sha256).bytes;
    expect(read([good[0]!, good[1]!, forged, good[2]!, good[3]!])).toMatchObject({
      values: lines.slice(0, 2),
      damage: { line: 3 },
    });
  });

  test('a changed kind looks like a later version only until the next line speaks', () => {
    const text = new TextDecoder().decode(good[1]).replace('"kept"', '"kepp"');
    expect(read([good[0]!, bytes(text), good[2]!]).damage).toMatchObject({ line: 2, unsupported: false });
  });

  test('after a break nothing more is given out', () => {
    const reader = new ChainReader(sha256, decodeLine, GENESIS);
    expect([...reader.push(bytes('nonsense\n'))]).toEqual([]);
    expect([...reader.push(all)]).toEqual([]);
    expect(reader).toMatchObject({ lines: 0, validBytes: 0, tornBytes: 0 });
  });

  test('a line of a later version is no damage of the file, but ends the reading', () => {
    const later = encodeChained(
      { ...says('kept', 'x'), kind: 'moved' },
      hash(good[0]!.slice(0, -1)),
      sha256,
    ).bytes;
    expect(read([good[0]!, later]).damage).toMatchObject({ line: 2, unsupported: true });
  });

  test('what contradicts the lines before is damage', () => {
    const state = new LedgerState();
    const bad = chain([HEADER, says('grown', 'abc')]);
    expect(read(bad, GENESIS, (line) => state.apply(line)).damage).toMatchObject({
      line: 2,
      byte: bad[0]!.length,
    });
  });

  test('no UTF-8, a byte order mark, an empty line', () => {
    expect(read([good[0]!, Uint8Array.of(0x7b, 0xff, 0x7d, 10)]).damage).toMatchObject({ line: 2 });
    expect(read([Uint8Array.of(0xef, 0xbb, 0xbf), good[0]!]).damage).toMatchObject({ line: 1 });
    expect(read([good[0]!, bytes('\n')]).damage).toMatchObject({ line: 2 });
  });

  test('the longest line is read, one byte more is damage, finished or not', () => {
    const room = MAX_LINE_BYTES - encodeLine({ ...HEADER, origin: '' }, GENESIS, sha256).bytes.length;
    const longest = encodeLine({ ...HEADER, origin: 'o'.repeat(room) }, GENESIS, sha256).bytes;
    expect(read(cut(longest, 1000, 30_000)).damage).toBeNull();
    expect(read([longest.slice(0, -1)])).toMatchObject({ damage: null, torn: MAX_LINE_BYTES - 1 });
    const longer = `${Buffer.from(longest).toString().slice(0, -2)} }`;
    for (const text of [longer, `${longer}\n`]) {
      expect(read([bytes(text)])).toMatchObject({ values: [], damage: { line: 1, byte: 0 }, torn: 0 });
    }
  });

  const junk = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(anyLine, { maxLength: 5 }).map((some) => Uint8Array.from(Buffer.concat(chain(some)))),
    fc.tuple(fc.nat(all.length - 1), fc.nat(255)).map(([at, value]) => Uint8Array.from(all).with(at, value)),
  );

  test('never throws, and reads the same whatever the chunks', () => {
    fc.assert(
      fc.property(junk, fc.array(fc.nat(60), { maxLength: 20 }), (any, sizes) => {
        expect(read(cut(any, ...sizes))).toEqual(read([any]));
      }),
      { numRuns: 2000 },
    );
    expect(read(cut(all, ...Array<number>(all.length).fill(1)))).toEqual(read([all]));
  });
});

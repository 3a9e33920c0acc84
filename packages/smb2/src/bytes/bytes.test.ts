import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileTimeOf, momentOf } from './file-time.js';
import { Reader } from './reader.js';
import { encodeName, utf16 } from './utf16.js';
import { paddingOf, Writer } from './writer.js';

describe('Reader', () => {
  test('reads what Writer wrote', () => {
    const bytes = new Writer(38)
      .u8(0x12)
      .u16(0x3456)
      .u32(0x89abcdef)
      .u64(2n ** 64n - 2n)
      .size(5 * 2 ** 30 + 1)
      .bytes(Buffer.from('ab'))
      .skip(2)
      .bytes(utf16('né'))
      .bytes(Buffer.from('rest…').subarray(0, 7))
      .end();
    const reader = new Reader(bytes, 'test');
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u64(), reader.size()]).toEqual([
      0x12,
      0x3456,
      0x89abcdef,
      2n ** 64n - 2n,
      5 * 2 ** 30 + 1,
    ]);
    expect(reader.bytes(2).toString()).toBe('ab');
    reader.skip(2);
    expect(reader.text(4)).toBe('né');
    expect(reader.left).toBe(7);
    expect(reader.rest().toString()).toBe('rest…');
    expect(reader.end('done')._unsafeUnwrap()).toBe('done');
  });

  test('remembers the first fault, and gives zeros from then on', () => {
    const reader = new Reader(Buffer.from([1, 2, 3, 4, 5]), 'thing');
    expect([reader.u16(), reader.u32(), reader.u8(), reader.bytes(1).length]).toEqual([0x0201, 0, 0, 0]);
    reader.fail('something else');
    expect(reader.end(null)._unsafeUnwrapErr()).toEqual({
      structure: 'thing',
      problem: '4 bytes wanted, 3 are left',
      at: 2,
    });
  });

  test('never leaves its bounds', () => {
    const source = Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]);
    const outside = [
      (reader: Reader) => reader.slice(3, 4),
      (reader: Reader) => reader.slice(0xffffffff, 1),
      (reader: Reader) => reader.bytes(5),
      (reader: Reader) => reader.text(3),
      (reader: Reader) => {
        reader.seek(7);
      },
    ];
    for (const read of outside) {
      const reader = new Reader(source, 'test', 2, 6);
      read(reader);
      expect(reader.failed).toBe(true);
    }
    expect(new Reader(source, 'test', 9).failed).toBe(true);
    const reader = new Reader(source, 'test', 2, 6);
    expect([...reader.slice(2, 4), reader.slice(99, 0).length]).toEqual([2, 3, 4, 5, 0]);
    expect(reader.failed).toBe(false);
  });

  test('takes no size that a number cannot hold', () => {
    const size = (value: bigint): boolean => {
      const reader = new Reader(new Writer(8).u64(value).end(), 'test');
      return reader.size() === Number(value) && !reader.failed;
    };
    expect([0n, 2n ** 32n, 2n ** 53n - 1n].map(size)).toEqual([true, true, true]);
    expect([2n ** 53n, 2n ** 63n, 2n ** 64n - 1n].map(size)).toEqual([false, false, false]);
  });
});

describe('Writer', () => {
  test('throws on what is a bug: no size, too much, too little', () => {
    expect(() => new Writer(8).size(-1)).toThrow(RangeError);
    expect(() => new Writer(8).size(2 ** 53)).toThrow(RangeError);
    expect(() => new Writer(8).size(0.5)).toThrow(RangeError);
    expect(() => new Writer(1).bytes(Buffer.alloc(2))).toThrow(RangeError);
    expect(() => new Writer(2).u8(1).end()).toThrow(RangeError);
  });

  test('pads to the next multiple', () => {
    expect([0, 1, 7, 8, 9].map((length) => paddingOf(length))).toEqual([0, 7, 1, 0, 7]);
  });
});

describe('times', () => {
  test('are FILETIME, in steps of 100 ns rounded down', () => {
    expect(fileTimeOf(0n)._unsafeUnwrap()).toBe(116_444_736_000_000_000n);
    expect(fileTimeOf(199n)._unsafeUnwrap()).toBe(116_444_736_000_000_001n);
    expect(fileTimeOf(-1n)._unsafeUnwrap()).toBe(116_444_735_999_999_999n);
    expect(momentOf(132_514_844_645_000_000n)).toBe(1_607_010_864_500_000_000n);
  });

  test('come back as they went, where there is a FILETIME for them', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (fileTime) => {
        const moment = momentOf(fileTime);
        expect(fileTimeOf(moment ?? 0n)._unsafeUnwrap()).toBe(fileTime);
      }),
    );
  });

  test('have an end on both sides', () => {
    const first = -11_644_473_600_000_000_000n;
    expect([momentOf(0n), momentOf(-1n)]).toEqual([null, null]);
    expect(fileTimeOf(first).isErr()).toBe(true);
    expect(fileTimeOf(first + 100n)._unsafeUnwrap()).toBe(1n);
    expect(fileTimeOf((2n ** 63n - 116_444_736_000_000_000n) * 100n).isErr()).toBe(true);
  });
});

describe('names', () => {
  test('come back exactly, lone surrogates too', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffff }), { maxLength: 40 }), (units) => {
        const name = String.fromCharCode(...units.map((unit) => unit || 1));
        const encoded = encodeName(name)._unsafeUnwrap();
        expect(new Reader(encoded, 'test').text(encoded.length)).toBe(name);
      }),
    );
    expect(encodeName('\ud800x')._unsafeUnwrap().toString('hex')).toBe('00d87800');
  });

  test('have a longest, and no zero character', () => {
    expect(encodeName('x'.repeat(0x7fff)).isOk()).toBe(true);
    expect(encodeName('x'.repeat(0x8000))._unsafeUnwrapErr()).toMatchObject({ field: 'name' });
    expect(encodeName('a\0b').isErr()).toBe(true);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { der, DerReader, DerTag, field } from './der.js';

const read = (bytes: Buffer): string =>
  ((reader) =>
    reader.end(reader.value(DerTag.octets)).match(
      (value) => `${value.length}`,
      ({ problem }) => problem,
    ))(new DerReader(bytes, 'test'));

test.each([0, 127, 128, 255, 256, 65_535])('a value of %i bytes comes back', (length) => {
  const content = Buffer.alloc(length, 'x');
  const encoded = der(DerTag.octets, content.subarray(0, length / 2), content.subarray(length / 2));
  const reader = new DerReader(encoded, 'test');
  expect(reader.value(DerTag.octets)).toEqual(content);
  expect([reader.hasMore, reader.end(null).isOk()]).toEqual([false, true]);
});

test('lengths that lie, or have no end, are faults', () => {
  expect(read(Buffer.from([4, 3, 1, 2]))).toBe('a value of 3 bytes goes past the end');
  expect(read(Buffer.from([4, 0x82, 0xff, 0xff, 1]))).toContain('goes past the end');
  expect(read(Buffer.from([4, 0x84, 0xff, 0xff, 0xff, 0xff, 1]))).toContain('goes past the end');
  for (const bytes of [[4], [4, 0x80, 1], [4, 0x82, 1], [4, 0x85, 0, 0, 0, 0, 1, 1]]) {
    expect(read(Buffer.from(bytes))).toBe('a value has no length');
  }
});

test('another tag, or none, is a fault, and an optional one is none', () => {
  expect(read(Buffer.from([6, 0]))).toBe('tag 4 wanted, 6 found');
  expect(read(Buffer.alloc(0))).toBe('tag 4 wanted, nothing is left');
  const reader = new DerReader(der(field(1), Buffer.from('x')), 'test');
  expect(reader.optional(field(0))).toBeNull();
  expect(reader.optional(field(1))?.toString()).toBe('x');
  expect(reader.optional(field(2))).toBeNull();
  expect(reader.end(null).isOk()).toBe(true);
});

test('any bytes end in a Result', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(read(Buffer.from([4, ...bytes]))).toEqual(expect.any(String));
    }),
  );
});

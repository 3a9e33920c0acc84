import fc from 'fast-check';

/** Bytes like `seed`, but cut, lengthened and changed in places: near enough to get past the first checks. */
function mutated(seed: Buffer): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    at: fc.nat({ max: Math.max(0, seed.length - 1) }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.constantFrom(
        new Uint8Array([0]),
        new Uint8Array([0xff, 0xff]),
        new Uint8Array([0xff, 0xff, 0xff, 0xff]),
      ),
    ),
  });
  return fc
    .record({
      edits: fc.array(edit, { maxLength: 4 }),
      length: fc.option(fc.nat({ max: seed.length })),
      more: fc.uint8Array({ maxLength: 8 }),
    })
    .map(({ edits, length, more }) => {
      const bytes = Buffer.concat([seed, more]);
      for (const { at, bytes: value } of edits) bytes.set(value.subarray(0, bytes.length - at), at);
      return length === null ? bytes : bytes.subarray(0, length);
    });
}

/** Bytes of any kind, and mutations of each seed. */
export function hostile(seeds: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  return fc.oneof(random, ...seeds.map(mutated));
}

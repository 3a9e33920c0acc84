import fc from 'fast-check';
import type { Result } from 'neverthrow';
import { expect } from 'vitest';

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

/** What a decoder may take beside its input: Node hands out small buffers from pools of 64 KiB. */
const MOST_BYTES = 256 * 1024;

/**
 * Gives a decoder bytes of any kind and mutations of each seed. Each time it ends in a Result that is not much larger than
 * what it was given, and has taken no memory by a length that it did not check.
 */
export function survivesAll<T>(
  decode: (bytes: Buffer) => Result<T, unknown>,
  seeds: readonly Buffer[],
): void {
  fc.assert(
    fc.property(hostile(seeds), (bytes) => {
      const before = process.memoryUsage().arrayBuffers;
      const decoded = decode(bytes);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST_BYTES);
      const weight = decoded.match(weigh, weigh);
      expect(weight).toBeLessThan(500 + 20 * bytes.length);
    }),
    { numRuns: 1000 },
  );
}

/** How much there is in a value: characters of texts, and one for all else; what a buffer shows is not its own. */
function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + weigh(each), 1);
}

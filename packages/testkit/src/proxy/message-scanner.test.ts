import { expect, it } from 'vitest';
import { createRandom } from '../corpus/random.js';
import { MessageScanner } from './message-scanner.js';

it('finds the same beginnings however the stream is cut', () => {
  const random = createRandom(1);
  const sizes = [0, 1, 255, 256, 70_000, 0, 3, ...Array.from({ length: 30 }, () => random.between(0, 700))];
  const stream = Buffer.alloc(
    sizes.reduce((sum, size) => sum + 4 + size, 0),
    0xab,
  );
  const wanted: number[] = [];
  let at = 0;
  for (const size of sizes) {
    wanted.push(at);
    // The first byte is the frame's type, and no part of the length.
    stream.writeUInt32BE(0x85_00_00_00 + size, at);
    at += 4 + size;
  }
  for (const most of [1, 3, 5, 100, 100_000]) {
    const scanner = new MessageScanner();
    const found: number[] = [];
    for (let from = 0; from < stream.length;) {
      const to = from + random.between(1, most);
      found.push(...scanner.scan(stream.subarray(from, to)).map((start) => from + start));
      from = to;
    }
    expect(found).toEqual(wanted);
    expect(scanner.begun).toBe(sizes.length);
  }
});

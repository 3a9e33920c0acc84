import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFramePrefix } from '../wire/framing.js';
import { FrameSplitter } from './frame-splitter.js';

/** Feeds `stream` in portions of these sizes, as a socket does: never more than the buffer it is given. */
function feed(splitter: FrameSplitter, stream: Buffer, sizes: readonly number[]): boolean {
  let at = 0;
  for (let turn = 0; at < stream.length; turn++) {
    const target = splitter.nextBuffer();
    const size = Math.min(sizes[turn % sizes.length] ?? 1, target.length, stream.length - at);
    stream.copy(target, 0, at, at + size);
    at += size;
    if (splitter.take(size).isErr()) return false;
  }
  return true;
}

function framed(frames: readonly Buffer[]): Buffer {
  return Buffer.concat(frames.flatMap((frame) => [encodeFramePrefix(frame.length), frame]));
}

describe('FrameSplitter', () => {
  test('gives the frames that were sent, at whatever bytes the network cuts', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 10_000, max: 200_000 }));
    const portion = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70_000 }));
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 6 }),
        fc.array(portion, { minLength: 1, maxLength: 5 }),
        (lengths, sizes) => {
          const frames = lengths.map((length, index) => Buffer.alloc(length, index + 1));
          const came: Buffer[] = [];
          const splitter = new FrameSplitter(1_000_000, (frame) => came.push(frame));
          expect(feed(splitter, framed(frames), sizes)).toBe(true);
          expect(came.map(({ length }) => length)).toEqual(lengths);
          expect(came.every((frame, index) => frame.equals(frames[index]!))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('gives two frames the same whichever byte they are cut at', () => {
    const frames = [Buffer.from('first'), Buffer.from('the second')];
    const stream = framed(frames);
    for (let cut = 1; cut < stream.length; cut++) {
      const came: string[] = [];
      const splitter = new FrameSplitter(100, (frame) => came.push(frame.toString()));
      feed(splitter, stream, [cut, stream.length]);
      expect(came).toEqual(['first', 'the second']);
    }
  });

  test('reads a large frame into its own memory, uncopied', () => {
    const came: Buffer[] = [];
    const splitter = new FrameSplitter(1_000_000, (frame) => came.push(frame));
    feed(splitter, encodeFramePrefix(500_000), [4]);
    splitter.nextBuffer()[0] = 1;
    splitter.take(1)._unsafeUnwrap();
    const own = splitter.nextBuffer();
    expect(own.length).toBe(499_999);
    own.fill(2);
    splitter.take(own.length)._unsafeUnwrap();
    expect(came[0]?.buffer).toBe(own.buffer);
    expect([came[0]?.[0], came[0]?.[1], came[0]?.[499_999]]).toEqual([1, 2, 2]);
  });

  test.each([
    ['a frame that is longer than may be', Buffer.from('00000065', 'hex')],
    ['an empty frame', Buffer.alloc(4)],
    ['what is no frame', Buffer.from('HTTP/1.1 400 Bad Request')],
  ])('ends at %s, and allocates nothing for it', (_, bytes) => {
    const splitter = new FrameSplitter(100, () => expect.unreachable());
    expect(feed(splitter, bytes, [bytes.length])).toBe(false);
  });

  test('gives nothing after it was stopped, not even the rest of what had come', () => {
    const came: string[] = [];
    const splitter = new FrameSplitter(100, (frame) => {
      came.push(frame.toString());
      splitter.stop();
    });
    feed(splitter, framed([Buffer.from('one'), Buffer.from('two')]), [100]);
    expect(came).toEqual(['one']);
  });
});

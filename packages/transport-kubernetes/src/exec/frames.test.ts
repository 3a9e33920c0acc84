import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, OPCODE } from './frames.js';

/** What a listener was told, messages put together again. */
interface Told {
  readonly messages: string[];
  readonly controls: (readonly [opcode: number, text: string])[];
  /** How the messages' parts began and ended. */
  readonly parts: string[];
  readonly wrong: string | null;
}

function read(pieces: readonly Buffer[]): Told {
  const [messages, parts]: [string[], string[]] = [[], []];
  const controls: [number, string][] = [];
  let message = '';
  const reader = new FrameReader({
    message: (part, begins, ends) => {
      parts.push(`${begins ? '<' : ''}${part.length}${ends ? '>' : ''}`);
      message = (begins ? '' : message) + part.toString('latin1');
      if (ends) messages.push(message);
    },
    control: (opcode, payload) => controls.push([opcode, payload.toString('latin1')]),
  });
  for (const piece of pieces) {
    const wrong = reader.push(piece);
    if (wrong !== null) return { messages, controls, parts, wrong };
  }
  return { messages, controls, parts, wrong: null };
}

/** A frame as a server sends it: with no mask. */
function frame(opcode: number, text: string, { final = true, header = 0x80 } = {}): Buffer {
  const first = (final ? header : 0) | opcode;
  const bytes = Buffer.from(text, 'latin1');
  const { length } = bytes;
  if (length < 126) return Buffer.concat([Buffer.of(first, length), bytes]);
  if (length < 65_536) return Buffer.concat([Buffer.of(first, 126, length >> 8, length & 0xff), bytes]);
  const long = Buffer.alloc(10);
  long[0] = first;
  long[1] = 127;
  long.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([long, bytes]);
}

const MEDIUM = 'm'.repeat(300);
const LARGE = 'l'.repeat(70_000);

describe('frames of a server', () => {
  const stream = Buffer.concat([
    frame(OPCODE.binary, '\x01one'),
    frame(OPCODE.ping, 'are you there'),
    frame(OPCODE.text, 'is passed over'),
    frame(OPCODE.binary, ''),
    frame(OPCODE.binary, MEDIUM),
    frame(OPCODE.binary, 'cut ', { final: false }),
    frame(OPCODE.pong, ''),
    frame(OPCODE.more, '', { final: false }),
    frame(OPCODE.more, 'in three'),
    frame(OPCODE.binary, LARGE),
    frame(OPCODE.binary, 'open', { final: false }),
    frame(OPCODE.more, ''),
    frame(OPCODE.close, '\x03\xe8bye'),
  ]);
  const whole = {
    messages: ['\x01one', MEDIUM, 'cut in three', LARGE, 'open'],
    controls: [
      [OPCODE.ping, 'are you there'],
      [OPCODE.pong, ''],
      [OPCODE.close, '\x03\xe8bye'],
    ],
    wrong: null,
  };

  it('are told of in the order in which they came', () => {
    expect(read([stream])).toMatchObject(whole);
  });

  it('say of each part whether it begins or ends its message', () => {
    const { parts } = read([stream]);
    expect(parts).toEqual(['<4>', '<300>', '<4', '8>', '<70000>', '<4', '0>']);
  });

  it.each([1, 2, 3, 5, 7, 11, 4096, 65_537])('come to the same in pieces of %i bytes', (size) => {
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, at) =>
      stream.subarray(at * size, (at + 1) * size),
    );
    expect(read(pieces)).toMatchObject(whole);
  });

  it('begin with their first byte, though a frame without any comes before it', () => {
    const frames = [frame(OPCODE.binary, '', { final: false }), frame(OPCODE.more, 'late')];
    expect(read(frames)).toMatchObject({ messages: ['late'], parts: ['<4>'] });
  });

  it('are handed on as they come, and not held until they are whole', () => {
    const told = read([stream.subarray(0, 4)]);
    expect(told).toMatchObject({ messages: [], parts: ['<2'] });
  });

  it.each([
    ['an extension that was not agreed on', frame(OPCODE.binary, 'x', { header: 0xc0 })],
    ['masked', encodeFrame(OPCODE.binary, Buffer.from('x'))],
    ['unknown kind', frame(3, 'x')],
    ['unknown kind', frame(11, 'x')],
    ['nothing to be continued', frame(OPCODE.more, 'x')],
    [
      'begins within another',
      Buffer.concat([frame(OPCODE.binary, 'x', { final: false }), frame(OPCODE.text, 'y')]),
    ],
    ['cut or too long', frame(OPCODE.ping, 'x', { final: false })],
    ['cut or too long', frame(OPCODE.close, 'x'.repeat(126))],
    ['no length that can be', Buffer.of(0x82, 127, 0xff, 0, 0, 0, 0, 0, 0, 0)],
  ])('that are none are refused: %s', (words, bytes) => {
    expect(read([frame(OPCODE.binary, 'before'), bytes])).toMatchObject({
      messages: ['before'],
      wrong: expect.stringContaining(words) as string,
    });
  });
});

describe('a frame of a client', () => {
  it.each([0, 1, 125, 126, 300, 32_769])('has its %i bytes under a mask', (length) => {
    const bytes = Buffer.from(Array.from({ length }, (_, at) => at % 251));
    const [head, rest] = [bytes.subarray(0, 3), bytes.subarray(3)];
    const sent = encodeFrame(OPCODE.binary, head, rest);
    const start = length < 126 ? 6 : 8;
    expect([sent[0], (sent[1] ?? 0) & 0x80]).toEqual([0x82, 0x80]);
    expect(length < 126 ? (sent[1] ?? 0) & 0x7f : sent.readUInt16BE(2)).toBe(length);
    const mask = sent.subarray(start - 4, start);
    const unmasked = sent.subarray(start).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
    expect(Buffer.from(unmasked).equals(bytes)).toBe(true);
  });

  it('has another mask each time', () => {
    const masks = Array.from({ length: 20 }, () => encodeFrame(OPCODE.ping).toString('hex', 2));
    expect(new Set(masks).size).toBeGreaterThan(15);
  });
});

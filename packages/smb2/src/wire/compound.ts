import { err, ok } from 'neverthrow';
import type { Decoded, DecodeFault } from '../bytes/decode-fault.js';
import { paddingOf } from '../bytes/writer.js';
import { HEADER_SIZE, SMB2_PROTOCOL_ID } from './header.js';

const NEXT_COMMAND_OFFSET = 20;

/** Where a part of a compound ends and the next begins. */
interface PartLayout {
  /** For the part's header; 0 in the last part. */
  readonly nextCommand: number;
  /** How many zeros follow the part; they are signed with it. */
  readonly padding: number;
}

/** Lays parts of these lengths, headers included, out as one frame (MS-SMB2 3.2.4.1.4): each begins at 8 bytes. */
export function layOutCompound(lengths: readonly number[]): readonly PartLayout[] {
  return lengths.map((length, index) => {
    if (index === lengths.length - 1) return { nextCommand: 0, padding: 0 };
    const padding = paddingOf(length);
    return { nextCommand: length + padding, padding };
  });
}

/** Splits a frame into its parts, as views; each has its padding, over which it is signed. A frame has one at least. */
export function splitCompound(frame: Buffer): Decoded<readonly Buffer[]> {
  const parts: Buffer[] = [];
  let start = 0;
  for (;;) {
    const left = frame.length - start;
    if (left < HEADER_SIZE) return err(fault(`${left} bytes are too few for a message`, start));
    if (frame.readUInt32LE(start) !== SMB2_PROTOCOL_ID) return err(fault('a part is no SMB2 message', start));
    const next = frame.readUInt32LE(start + NEXT_COMMAND_OFFSET);
    if (next === 0) return ok([...parts, frame.subarray(start)]);
    if (next % 8 !== 0 || next < HEADER_SIZE || next > left) {
      return err(fault(`the next part cannot begin ${next} bytes further`, start));
    }
    parts.push(frame.subarray(start, start + next));
    start += next;
  }
}

function fault(problem: string, at: number): DecodeFault {
  return { structure: 'compound (MS-SMB2 3.2.5.1.9)', problem, at };
}

import { encodeHeader, HEADER_SIZE, HeaderFlag } from '../wire/header.js';
import { layOutCompound } from '../wire/compound.js';
import type { Request } from './request.js';

/** What goes into the headers of one frame. */
export interface FrameHeads {
  readonly signed: boolean;
  readonly treeId: number;
  readonly sessionId: bigint;
  /** For each part: its id, what it costs, and how many credits it asks for. */
  readonly parts: readonly { readonly id: number; readonly creditCharge: number; readonly credits: number }[];
}

const PADDINGS: readonly Buffer[] = Array.from({ length: 8 }, (_, size) => Buffer.alloc(size));

/** The pieces of each part of a frame, header first; the parts after the first are related to it (MS-SMB2 3.2.4.1.4). */
export function layOutRequests(
  requests: readonly Request[],
  heads: FrameHeads,
): readonly (readonly Buffer[])[] {
  const layout = layOutCompound(requests.map(lengthOf));
  return requests.map(({ command, body, data = [] }, index) => {
    const { nextCommand = 0, padding = 0 } = layout[index] ?? {};
    const { id = 0, creditCharge = 0, credits = 0 } = heads.parts[index] ?? {};
    const header = encodeHeader({
      command,
      flags: (index > 0 ? HeaderFlag.related : 0) | (heads.signed ? HeaderFlag.signed : 0),
      messageId: BigInt(id),
      creditCharge,
      credits,
      status: 0,
      sessionId: heads.sessionId,
      treeId: heads.treeId,
      asyncId: null,
      nextCommand,
    });
    const pieces = [header, body, ...data];
    const zeros = PADDINGS[padding];
    if (padding > 0 && zeros !== undefined) pieces.push(zeros);
    return pieces;
  });
}

/** Pieces up to this size are copied together: the system is slower at many pieces than at copying. */
const SMALL = 4096;

/** The same bytes in fewer pieces. */
export function joinSmall(pieces: readonly Buffer[]): readonly Buffer[] {
  const joined: Buffer[] = [];
  let small: Buffer[] = [];
  const flush = (): void => {
    if (small.length > 0) joined.push(small.length === 1 && small[0] ? small[0] : Buffer.concat(small));
    small = [];
  };
  for (const piece of pieces) {
    if (piece.length <= SMALL) {
      small.push(piece);
    } else {
      flush();
      joined.push(piece);
    }
  }
  flush();
  return joined;
}

function lengthOf({ body, data = [] }: Request): number {
  return data.reduce((sum, piece) => sum + piece.length, HEADER_SIZE + body.length);
}

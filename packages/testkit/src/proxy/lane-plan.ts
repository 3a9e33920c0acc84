import { createRandom } from '../corpus/random.js';
import { MessageScanner } from './message-scanner.js';
import type { Direction, FaultOf, ProxyFault } from './proxy-fault.js';

/** What ends a lane, or holds it. */
export type Stop = FaultOf<'cut'> | FaultOf<'freeze'>;

/** What becomes of bytes that have come. */
export interface Taken {
  readonly passed: Buffer;
  /** Happens after `passed`; null when nothing happens. */
  readonly stop: Stop | null;
  /** What came after the stop. */
  readonly held: Buffer;
}

/** The faults of one direction of one connection, applied to its bytes as they come. No clock and no sockets here. */
export class LanePlan {
  /** How long what comes is collected before it is handed on. */
  readonly mergeMilliseconds: number;
  readonly #scanner = new MessageScanner();
  readonly #flips: readonly FaultOf<'flip'>[];
  readonly #stops: readonly Stop[];
  readonly #borders: readonly number[];
  readonly #nextSize: (() => number) | null;
  #seen = 0;
  #handed = 0;

  constructor(faults: readonly ProxyFault[], direction: Direction, connection: number) {
    const mine = faults.filter(
      (fault) => fault.direction === direction && (fault.connection ?? connection) === connection,
    );
    this.#flips = mine.filter((fault) => fault.kind === 'flip');
    this.#stops = mine.filter((fault) => fault.kind === 'cut' || fault.kind === 'freeze');
    this.#borders = mine.filter((fault) => fault.kind === 'split-at').map(({ byte }) => byte);
    this.mergeMilliseconds = mine.find((fault) => fault.kind === 'merge')?.milliseconds ?? 0;
    const split = mine.find((fault) => fault.kind === 'split');
    this.#nextSize = split === undefined ? null : sizes(split);
  }

  /** How many messages have begun. */
  get messages(): number {
    return this.#scanner.begun;
  }

  /** Whether portions are not to come together again. */
  get splits(): boolean {
    return this.#nextSize !== null || this.#borders.length > 0;
  }

  /** Takes what has come, which is its own from then on; changed, and up to the first stop that has not happened yet. */
  take(bytes: Buffer): Taken {
    const [begun, starts] = [this.#scanner.begun, this.#scanner.scan(bytes)];
    this.#flip(bytes);
    let [end, stop]: [number, Stop | null] = [bytes.length, null];
    for (const one of this.#stops) {
      const place = 'byte' in one.at ? one.at.byte - this.#seen : (starts[one.at.message - begun - 1] ?? -1);
      if (place >= 0 && place < end) [end, stop] = [place, one];
    }
    this.#seen += bytes.length;
    return { passed: bytes.subarray(0, end), stop, held: bytes.subarray(end) };
  }

  /** Cuts what is handed on into portions. */
  portion(bytes: Buffer): Buffer[] {
    const portions: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const border = this.#borders.find((byte) => byte > this.#handed) ?? Infinity;
      const size = Math.min(this.#nextSize?.() ?? Infinity, border - this.#handed, bytes.length - at);
      portions.push(bytes.subarray(at, at + size));
      at += size;
      this.#handed += size;
    }
    return portions;
  }

  /** Changes the bytes where they lie: nobody else has them. */
  #flip(bytes: Buffer): void {
    for (const { byte, mask = 0xff } of this.#flips) {
      const at = byte - this.#seen;
      if (at >= 0 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ mask;
    }
  }
}

function sizes({ most, seed }: FaultOf<'split'>): () => number {
  if (seed === undefined) return () => most;
  const random = createRandom(seed);
  return () => random.between(1, most);
}

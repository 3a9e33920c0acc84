import { err, ok, type Result } from 'neverthrow';
import { encodeList } from './agent/words.js';
import type { Problem } from './failure.js';
import type { AgentStatus } from './agent/answers.js';
import type { Compression } from './compression.js';
import type { Session } from './session/session.js';
import { Unpacked } from './session/unpacked.js';

/** How ranges' bytes are had: of whole files by one `cat`, or of parts of files one by one. */
export type Way = 'cat' | 'parts';

/** What is asked for in one go. */
export interface Wanted {
  readonly way: Way;
  /** Which ranges, in this order, and what is sent for each. */
  readonly indexes: readonly number[];
  readonly entries: readonly string[];
  /** The sum of their lengths. */
  readonly bytes: number;
}

/** A mark, and what gzip adds to a file that cannot be compressed. */
const ROOM_A_RANGE = 8 * 1024;

/** One request under way: contents one after another, each followed by the mark. */
export class ReadingRun {
  /** How many of the ranges were read, or passed over, to their marks. */
  done = 0;
  readonly #mark: Buffer;
  readonly #unpacked: Unpacked | null;
  #waited = 0;

  /** Asks for contents. */
  static async begin(
    session: Session,
    wanted: Wanted,
    compression: Compression,
  ): Promise<Result<ReadingRun, Problem>> {
    const packed = compression.choose(wanted.bytes);
    const body = encodeList(wanted.entries);
    const words = [wanted.way, String(body.length), ...(packed ? ['z'] : [])];
    const sent = await session.send({ words, body });
    return sent.isErr() ? err(sent.error) : ok(new ReadingRun(session, wanted, compression, packed));
  }

  private constructor(
    readonly session: Session,
    readonly wanted: Wanted,
    readonly compression: Compression,
    packed: boolean,
  ) {
    const { mark } = session.opened;
    this.#mark = wanted.way === 'cat' && mark !== null ? mark.bytes : session.partMark;
    const most = wanted.bytes + wanted.bytes / 64 + wanted.indexes.length * ROOM_A_RANGE + ROOM_A_RANGE;
    this.#unpacked = packed ? new Unpacked(session, most) : null;
  }

  get isPacked(): boolean {
    return this.#unpacked !== null;
  }

  /** Whether what came compressed cannot be trusted. */
  get isDamaged(): boolean {
    return this.#unpacked?.isDamaged === true;
  }

  get isDone(): boolean {
    return this.done === this.wanted.indexes.length;
  }

  /** The next contents, up to their mark. */
  async *contents(): AsyncGenerator<Result<Buffer, Problem>, void, void> {
    const pieces = (this.#unpacked ?? this.session).until(this.#mark);
    try {
      for (;;) {
        const begun = performance.now();
        const piece = await pieces.next();
        this.#waited += performance.now() - begun;
        if (piece.done === true) return;
        if (this.isDamaged) this.compression.giveUp();
        yield piece.value;
      }
    } finally {
      await pieces.return();
    }
  }

  /** What follows the last contents: nothing but the end of the answer. */
  async end(): Promise<Result<AgentStatus, Problem>> {
    const begun = performance.now();
    const ended = await (this.#unpacked ?? this.session).end();
    this.#waited += performance.now() - begun;
    const { bytes } = this.wanted;
    if (ended.isOk())
      this.compression.note(this.isPacked, bytes, this.#unpacked?.came ?? bytes, this.#waited);
    if (this.isDamaged) this.compression.giveUp();
    return ended;
  }

  /** Other bytes came than were asked for. */
  distrust(): void {
    if (this.isPacked) this.compression.giveUp();
  }

  /** Lets go of what is left of it; its session is ended elsewhere. */
  drop(): void {
    this.#unpacked?.destroy();
  }
}

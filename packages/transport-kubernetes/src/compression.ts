/** Whether contents leave a pod compressed: where that is faster, always, or never. */
export type Compress = 'auto' | 'on' | 'off';

const MiB = 1024 * 1024;
/** Less than this comes as it is: its way there and back is what takes time. */
const WORTH_IT = 64 * 1024;
/** So much shows how fast a way is. */
const TELLING = MiB;
/** What is asked for at once while that is not known. */
const TRIAL = 2 * MiB;
/** What is asked for at once otherwise. */
const LARGEST = 256 * MiB;
/** After so much the other way is tried again: a link may have become another. */
const AGAIN = 512 * MiB;
/** Bytes a millisecond that no `gzip` makes faster. */
const FAST = 40_000;
/** The other way must be so much faster. */
const GAIN = 1.25;
/** A rate is that of the last bytes. */
const REMEMBERED = 32 * MiB;

/**
 * Finds out whether compressed contents come faster, by measuring both ways: once at the start where the link is slow, and now and
 * then. A `gzip` that is slower than the link, as BusyBox's mostly is, is not used again soon. One for all sessions of a transport.
 */
export class Compression {
  #way: 'plain' | 'packed' = 'plain';
  #rates = { plain: new Rate(), packed: new Rate() };
  #sinceTrial = 0;
  #usable = true;

  constructor(readonly mode: Compress) {}

  /** What is asked for in one go is at most this long. */
  get stride(): number {
    if (this.mode !== 'auto' || !this.#usable) return LARGEST;
    if (!this.#rates.plain.isTelling || this.#wantsTrial) return TRIAL;
    // Not more, so that it is soon noticed where it does not pay any more.
    return this.#way === 'packed' ? REMEMBERED : LARGEST;
  }

  /** Whether contents of so many bytes are to come compressed. */
  choose(bytes: number): boolean {
    if (!this.#usable || this.mode === 'off') return false;
    if (this.mode === 'on') return true;
    if (bytes < WORTH_IT) return false;
    return (this.#way === 'packed') !== this.#wantsTrial;
  }

  /** Contents came: so many bytes, as so many that were sent, for which so many milliseconds were waited. */
  note(packed: boolean, bytes: number, sent: number, milliseconds: number): void {
    if (bytes < WORTH_IT) return;
    // What hardly gets shorter does not come faster, whatever a clock on a busy machine says.
    const isShorter = sent * GAIN <= bytes;
    const way = packed ? 'packed' : 'plain';
    if (way !== this.#way) {
      // By itself: what was measured long ago says nothing now.
      this.#rates[way] = new Rate();
      this.#rates[way].add(bytes, milliseconds);
      this.#sinceTrial = 0;
      const isFaster = this.#rates[way].value > GAIN * this.#rates[this.#way].value;
      if (isFaster && (isShorter || !packed)) this.#way = way;
      return;
    }
    this.#rates[way].add(bytes, milliseconds);
    this.#sinceTrial += bytes;
    if (packed && (!isShorter || this.#rates.packed.value < this.#rates.plain.value)) {
      this.#way = 'plain';
      this.#sinceTrial = 0;
    }
  }

  /** There is no `gzip`, or what it gives cannot be trusted. */
  giveUp(): void {
    this.#usable = false;
  }

  get #wantsTrial(): boolean {
    const { plain, packed } = this.#rates;
    if (this.#way === 'packed') return this.#sinceTrial > AGAIN;
    if (!plain.isTelling || plain.value >= FAST) return false;
    return !packed.isTelling || this.#sinceTrial > AGAIN;
  }
}

class Rate {
  #bytes = 0;
  #milliseconds = 0;

  get isTelling(): boolean {
    return this.#bytes >= TELLING;
  }

  /** Bytes a millisecond. */
  get value(): number {
    return this.#bytes / Math.max(this.#milliseconds, 0.01);
  }

  add(bytes: number, milliseconds: number): void {
    this.#bytes += bytes;
    this.#milliseconds += milliseconds;
    if (this.#bytes <= REMEMBERED) return;
    this.#bytes /= 2;
    this.#milliseconds /= 2;
  }
}

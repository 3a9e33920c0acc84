const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';
const CLEAR_BELOW = '\x1b[J';
/** From the line's beginning, where the cursor is unless a key that was pressed has shown itself, as ^C does. */
const CLEAR = `\r${CLEAR_BELOW}`;

/**
 * One line that stays below everything else a terminal is told. The cursor, hidden, always waits at its beginning: when the
 * window gets narrower and the terminal breaks the line in two, it is still where both begin, and all of it can be cleared.
 */
export class StatusLine {
  #shown: string | null = null;

  constructor(private readonly out: (text: string) => void) {}

  show(line: string): void {
    if (line === this.#shown) return;
    const hide = this.#shown === null ? HIDE_CURSOR : '';
    this.#shown = line;
    this.out(`${hide}${drawn(line)}`);
  }

  /** Writes whole lines above it. */
  above(lines: string): void {
    this.out(this.#shown === null ? lines : `${CLEAR}${lines}${drawn(this.#shown)}`);
  }

  /** Takes it away and gives the cursor back. */
  end(): void {
    if (this.#shown !== null) this.out(`${CLEAR}${SHOW_CURSOR}`);
    this.#shown = null;
  }
}

/** Without wrapping: the window may have got narrower a moment ago, and nobody has told us yet. */
function drawn(line: string): string {
  return `\r${NO_WRAP}${line}${WRAP}${CLEAR_BELOW}\r`;
}

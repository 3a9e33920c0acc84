/**
 * Turns at the files of one target, for repos that are backed up at the same time: together they have no more files on their
 * way, and so in memory, than there are turns.
 */
export class Turns {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  /** @param count how many at once */
  constructor(count: number) {
    this.free = count;
  }

  /** Resolves when it is the caller's turn; those who came first go first. */
  take(): Promise<void> {
    if (this.free > 0) {
      this.free--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Ends a turn. */
  giveBack(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free++;
    else next();
  }
}

import { createRandom, type Random } from '@sessionkeep/testkit/corpus';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { logLine } from './sessions.js';

/** A source that people go on working in: the same seed gives the same history. */
export class LivingSource {
  readonly #random: Random;
  #made = 0;

  constructor(
    private readonly projects: string,
    seed: number,
  ) {
    this.#random = createRandom(seed);
    for (let file = 0; file < 14; file++) this.#create(file < 4 ? 6000 : 60);
  }

  /** A day's work: logs begin, grow, are rewritten, cut, deleted. */
  work(): void {
    const logs = this.#logs();
    const pick = (): string => logs.splice(this.#random.between(0, logs.length - 1), 1)[0] ?? '';
    for (let count = 0; count < 5; count++) {
      const path = pick();
      appendFileSync(path, this.#lines(path, this.#random.between(1, 3000)));
    }
    for (let count = 0; count < 3; count++) {
      const path = pick();
      writeFileSync(`${path}.compact.tmp.1`, this.#lines(path, this.#random.between(1, 3000)));
      renameSync(`${path}.compact.tmp.1`, path);
    }
    const cut = pick();
    truncateSync(cut, this.#random.between(0, statSync(cut).size - 1));
    rmSync(pick());
    for (let count = 0; count < 2; count++) this.#create(this.#random.between(1, 3000));
  }

  #create(lines: number): void {
    const path = join(
      this.projects,
      this.#made % 3 === 0 ? '-home-anna-notes' : '-home-anna-shop',
      `log-${this.#made++}.jsonl`,
    );
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, this.#lines(path, lines));
  }

  #lines(path: string, count: number): string {
    const cwd = basename(dirname(path)).replaceAll('-', '/');
    return logLine(cwd, `turn ${this.#random.next()} of ${this.#random.next()}`).repeat(count);
  }

  #logs(): string[] {
    return readdirSync(this.projects, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map((name) => join(this.projects, name))
      .filter((path) => statSync(path).size > 0);
  }
}

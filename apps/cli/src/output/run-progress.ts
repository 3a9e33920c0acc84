import { shareOf, type Progress } from '../render/progress-bar.js';

/** How far all repos of a run are together. How much there is to do is known of a repo only once it is planned. */
export class RunProgress {
  #expected = 0;
  readonly #repos = new Map<string, Progress>();
  readonly #ended = new Set<string>();

  /** So many more repos are worked on. */
  expect(repos: number): void {
    this.#expected += repos;
  }

  update(repo: string, progress: Progress): void {
    this.#repos.set(repo, progress);
  }

  /** Nothing more comes of it, whether or not anything did. */
  end(repo: string): void {
    this.#ended.add(repo);
  }

  /** The sum; as long as repos are to be begun, with how many there are. */
  get sum(): Progress {
    const sum = { bytes: 0, totalBytes: 0, files: 0, totalFiles: 0 };
    for (const part of this.#repos.values()) {
      sum.bytes += part.bytes;
      sum.totalBytes += part.totalBytes;
      sum.files += part.files;
      sum.totalFiles += part.totalFiles;
    }
    const begun = new Set([...this.#repos.keys(), ...this.#ended]).size;
    return begun >= this.#expected ? sum : { ...sum, repos: this.#counted() };
  }

  #counted(): NonNullable<Progress['repos']> {
    let share = this.#ended.size;
    for (const [repo, part] of this.#repos) if (!this.#ended.has(repo)) share += shareOf(part);
    return { ended: this.#ended.size, expected: this.#expected, share: share / this.#expected };
  }
}

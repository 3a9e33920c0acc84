import { shareOf, type Progress } from '../render/progress-bar.js';

/** How far all repos of a run are together. How much there is to do is known of a repo only once it is planned. */
export class RunProgress {
  #expected = 0;
  readonly #repos = new Map<string, Progress>();
  /** Added up as they come: adding all of them each time would cost the square of their number. */
  readonly #sum = { bytes: 0, totalBytes: 0, files: 0, totalFiles: 0 };
  /** Those that are being worked on. */
  readonly #open = new Map<string, Progress>();
  readonly #ended = new Set<string>();

  /** So many more repos are worked on. */
  expect(repos: number): void {
    this.#expected += repos;
  }

  update(repo: string, progress: Progress): void {
    const before = this.#repos.get(repo);
    for (const key of ['bytes', 'totalBytes', 'files', 'totalFiles'] as const)
      this.#sum[key] += progress[key] - (before?.[key] ?? 0);
    this.#repos.set(repo, progress);
    if (!this.#ended.has(repo)) this.#open.set(repo, progress);
  }

  /** Nothing more comes of it, whether or not anything did. */
  end(repo: string): void {
    this.#ended.add(repo);
    this.#open.delete(repo);
  }

  /** The sum; as long as repos are to be begun, with how many there are. */
  get sum(): Progress {
    const sum = { ...this.#sum };
    const begun = this.#ended.size + this.#open.size;
    return begun >= this.#expected ? sum : { ...sum, repos: this.#counted() };
  }

  #counted(): NonNullable<Progress['repos']> {
    let share = this.#ended.size;
    for (const part of this.#open.values()) share += shareOf(part);
    return { ended: this.#ended.size, expected: this.#expected, share: share / this.#expected };
  }
}

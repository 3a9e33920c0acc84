import { formatBytes, formatCount, formatDuration } from '@sessionkeep/runner/program';
import type { Screen } from './screen.js';
import type { Styles } from './style.js';
import { clip, textWidth } from './text-width.js';

export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly files: number;
  readonly totalFiles: number;
  /** Given as long as the totals are not those of the whole run, since some repos are not planned yet. */
  readonly repos?: { readonly ended: number; readonly expected: number; readonly share: number };
}

/** Calls again and again, every so many milliseconds, until what it answers with is called. */
export type Every = (ms: number, call: () => void) => () => void;

const INTERVAL_MS = 100;
const WINDOW_MS = 5000;
/** Over less time than this no rate can be told. */
const SHORTEST_MS = 500;
const WIDEST = 80;

/**
 * A run's progress, as the status line of a terminal: drawn ten times a second at most, when something has changed or the
 * window has. `now` is in milliseconds.
 */
export class ProgressBar {
  #progress: Progress | null = null;
  #samples: { readonly at: number; readonly bytes: number }[] = [];
  #stop: (() => void) | null = null;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number,
    private readonly every: Every = everyInterval,
  ) {}

  update(progress: Progress): void {
    this.#progress = progress;
    if (this.#stop !== null) return;
    this.#stop = this.every(INTERVAL_MS, () => {
      this.#draw();
    });
    this.#draw();
  }

  /** Takes it away. */
  end(): void {
    this.#stop?.();
    this.#stop = null;
    this.screen.status(null);
  }

  #draw(): void {
    if (this.#progress === null) return;
    this.#sample(this.#progress.bytes);
    // One column is left free: a full last column makes some terminals wrap.
    const width = Math.min(WIDEST, this.screen.columns()) - 1;
    this.screen.status(progressLine(this.#progress, this.#rate(), width, this.screen.styles));
  }

  #sample(bytes: number): void {
    const at = this.now();
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
  }

  /** Bytes a second over the last seconds; null as long as nothing can be said. */
  #rate(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < SHORTEST_MS) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}

function everyInterval(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms).unref();
  return () => {
    clearInterval(timer);
  };
}

/** A part of the line, and how soon it is left out: the lowest first. */
type Part = readonly [keep: number, text: string];

/**
 * Bar, share, bytes, files, rate and time left, in at most `width` columns; repos instead of what is a guess as long as not
 * all of them are planned. Where there is less room the bar shrinks and goes first, then files, rate, bytes, and the time
 * left. Texts keep their width while numbers change, so that nothing jumps.
 */
export function progressLine(progress: Progress, rate: number | null, width: number, styles: Styles): string {
  const share = shareOf(progress);
  let parts = partsOf(progress, share, rate);
  while (parts.length > 1 && textWidth(joined(parts)) > width) {
    const least = Math.min(...parts.map(([keep]) => keep));
    parts = parts.filter(([keep]) => keep !== least);
  }
  const text = joined(parts);
  const room = width - textWidth(text) - 3;
  if (room < 5) return clip(text, width).trimEnd();
  const cells = Math.min(20, room);
  const full = Math.floor(share * cells);
  return `[${styles.green('#'.repeat(full))}${styles.dim('-'.repeat(cells - full))}] ${text}`.trimEnd();
}

/** How much of it is done, from 0 to 1. */
export function shareOf({ bytes, totalBytes, files, totalFiles, repos }: Progress): number {
  if (repos !== undefined) return repos.share;
  if (totalBytes > 0) return Math.min(1, bytes / totalBytes);
  return totalFiles > 0 ? Math.min(1, files / totalFiles) : 1;
}

function partsOf(progress: Progress, share: number, rate: number | null): Part[] {
  const { bytes, totalBytes, files, totalFiles, repos } = progress;
  const speed = (rate === null ? '' : `${formatBytes(Math.round(rate))}/s`).padStart(10);
  if (repos !== undefined) {
    const expected = formatCount(repos.expected);
    return [
      [5, `${formatCount(repos.ended).padStart(expected.length)}/${expected} repos`],
      [4, formatBytes(bytes).padStart(8)],
      [1, `${formatCount(files).padStart(6)} files`],
      [rate === null ? 0 : 2, speed],
    ];
  }
  const [ofBytes, ofFiles] = [formatBytes(totalBytes), formatCount(totalFiles)];
  const left = rate !== null && rate > 0 && bytes < totalBytes ? ((totalBytes - bytes) / rate) * 1000 : null;
  return [
    [5, `${Math.floor(share * 100).toString()}%`.padStart(4)],
    [3, `${formatBytes(bytes).padStart(8)} of ${ofBytes}`],
    [1, `${formatCount(files).padStart(ofFiles.length)}/${ofFiles} files`],
    [rate === null ? 0 : 2, speed],
    [left === null ? 0 : 4, (left === null ? '' : `${formatDuration(left)} left`).padEnd(10)],
  ];
}

function joined(parts: readonly Part[]): string {
  return parts.map(([, text]) => text).join('  ');
}

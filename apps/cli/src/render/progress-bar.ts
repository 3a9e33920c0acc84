import { formatBytes, formatCount, formatDuration } from './format.js';
import type { Screen } from './terminal.js';
import { clip, textWidth } from './text-width.js';

export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly files: number;
  readonly totalFiles: number;
}

const INTERVAL_MS = 100;
const WINDOW_MS = 5000;
const WIDEST = 80;
const CLEAR = '\r\x1b[2K';

/** One line at the bottom of a terminal: drawn at most ten times a second, gone when asked. `now` is in milliseconds. */
export class ProgressBar {
  #drawn = -Infinity;
  #visible = false;
  #progress: Progress | null = null;
  #samples: { readonly at: number; readonly bytes: number }[] = [];

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number,
  ) {}

  update(progress: Progress): void {
    this.#progress = progress;
    const at = this.now();
    if (at - this.#drawn < INTERVAL_MS) return;
    this.#samples.push({ at, bytes: progress.bytes });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
    this.#draw(at);
  }

  /** Writes lines above the bar. */
  print(text: string): void {
    this.clear();
    this.screen.write(text);
  }

  clear(): void {
    if (this.#visible) this.screen.write(CLEAR);
    this.#visible = false;
    this.#drawn = -Infinity;
  }

  #draw(at: number): void {
    if (this.#progress === null) return;
    this.#drawn = at;
    // One column is left free: a full last column makes some terminals wrap.
    const width = Math.min(WIDEST, this.screen.columns()) - 1;
    this.screen.write(
      `${this.#visible ? '\r' : CLEAR}${progressLine(this.#progress, this.#rate(), width)}\x1b[K`,
    );
    this.#visible = true;
  }

  /** Bytes a second over the last seconds; null as long as nothing can be said. */
  #rate(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < 500) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}

/** Bar, bytes, files, rate and time left, in at most `width` columns: the bar shrinks first, then the end is cut. */
export function progressLine(progress: Progress, rate: number | null, width: number): string {
  const { bytes, totalBytes, files, totalFiles } = progress;
  const share =
    totalBytes > 0 ? Math.min(1, bytes / totalBytes) : totalFiles > 0 ? Math.min(1, files / totalFiles) : 1;
  const parts = [
    `${Math.floor(share * 100)
      .toString()
      .padStart(3)}%`,
    `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
    `${formatCount(files)}/${formatCount(totalFiles)} files`,
    ...(rate === null ? [] : [`${formatBytes(Math.round(rate))}/s`]),
    ...(rate === null || rate <= 0 || bytes >= totalBytes
      ? []
      : [`${formatDuration(((totalBytes - bytes) / rate) * 1000)} left`]),
  ];
  const text = parts.join('  ');
  const room = width - textWidth(text) - 3;
  if (room < 5) return clip(text, width);
  const cells = Math.min(20, room);
  const full = Math.round(share * cells);
  return `[${'#'.repeat(full)}${'-'.repeat(cells - full)}] ${text}`;
}

import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import type { Ran, Running } from './run-built.js';

/** Why a run's memory cannot be told; null when it can. */
export function noPeaks(): string | null {
  return platform() === 'linux' ? null : 'peak memory is read from /proc, which only Linux has';
}

/** Waits for a run's end; answers with the most memory it ever had resident, in MiB, too. */
export async function withPeak({ pid, ended }: Running): Promise<{ ran: Ran; peak: number }> {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      // The kernel keeps the high-water mark: what was between two looks is in it.
      const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      if (kilobytes !== undefined) peak = Math.max(peak, Number(kilobytes) / 1024);
    } catch {
      // It has just ended.
    }
  }, 10);
  try {
    return { ran: await ended, peak: Math.round(peak) };
  } finally {
    clearInterval(timer);
  }
}

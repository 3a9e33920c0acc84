import { cronText, nextRuns, type Schedule } from '@sessionkeep/schedule';
import type { Context } from '../context.js';
import { localTime } from '../render/local-time.js';
import type { Host } from './host.js';

const SHOWN = 3;

/** `0 3 * * *, Europe/Berlin, up to 15 min later`. */
export function scheduleText({ cron, timeZone, jitterSeconds }: Schedule): string {
  const parts = [cronText(cron), ...(timeZone === null ? [] : [timeZone])];
  if (jitterSeconds > 0) parts.push(`up to ${lateness(jitterSeconds)} later`);
  return parts.join(', ');
}

function lateness(seconds: number): string {
  if (seconds % 3600 === 0) return `${(seconds / 3600).toString()} h`;
  return seconds % 60 === 0 ? `${(seconds / 60).toString()} min` : `${seconds.toString()} s`;
}

/** The next times, without jitter: for programs, and for people in their own time. */
export function nextTimes(
  schedule: Schedule,
  host: Host,
  { now }: Context,
): readonly { iso: string; local: string }[] {
  return nextRuns(schedule, now(), SHOWN, host.zone).map((at) => {
    const iso = new Date(at).toISOString();
    return { iso, local: localTime(iso) };
  });
}

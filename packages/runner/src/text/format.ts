const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** `0 B`, `999 B`, `1.5 KB`, `12.3 GB`: thousands, one digit behind the point. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999,950 would be shown as 1000.0 KB.
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value.toString() : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `0.3 s`, `42 s`, `3:05`, `1:02:03`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole.toString()} s`;
  const two = (value: number): string => value.toString().padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes.toString()}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60).toString()}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** `1 file`, `2 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const AGES: readonly (readonly [unit: string, seconds: number, from: number])[] = [
  ['y', 31_557_600, 2 * 31_557_600],
  ['d', 86_400, 2 * 86_400],
  ['h', 3600, 3600],
  ['min', 60, 60],
];

/** How long something is ago, in one unit, rounded down: `42 s`, `5 min`, `47 h`, `12 d`, `3 y`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const [unit, size] = AGES.find(([, , from]) => seconds >= from) ?? ['s', 1];
  return `${formatCount(Math.floor(seconds / size))} ${unit}`;
}

/** `just now`, `5 min ago`, and for a moment that lies ahead `in 5 min`. */
export function formatAgo(ms: number): string {
  if (Math.abs(ms) < 60_000) return 'just now';
  return ms < 0 ? `in ${formatAge(-ms)}` : `${formatAge(ms)} ago`;
}

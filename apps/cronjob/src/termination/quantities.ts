const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** `999 B`, `1.5 KB`, `12.3 GB`: thousands, one digit behind the point. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999,950 would be shown as 1000.0 KB.
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value.toString() : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** `0.3 s`, `42 s`, `3:05`, `1:02:03`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => value.toString().padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** `fine` is to the millisecond, as `--at` takes it: then the very line is counted whose time it is. */
export type Precision = 'minute' | 'second' | 'fine';

/**
 * `2026-03-31 18:00`, `2026-03-31 18:00:59` or `2026-03-31T18:00:59.123`, in local time, from ISO 8601 or from nanoseconds since
 * 1970; `?` for what no calendar can say. A source's time may be any number.
 */
export function localTime(time: string | bigint, precision: Precision = 'minute'): string {
  const date = typeof time === 'string' ? new Date(time) : new Date(Number(time / 1_000_000n));
  if (Number.isNaN(date.getTime())) return '?';
  const two = (value: number): string => value.toString().padStart(2, '0');
  const year = date.getFullYear().toString().padStart(4, '0');
  const day = `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const minute = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (precision === 'minute') return `${day} ${minute}`;
  const second = `${minute}:${two(date.getSeconds())}`;
  if (precision === 'second') return `${day} ${second}`;
  return `${day}T${second}.${date.getMilliseconds().toString().padStart(3, '0')}`;
}

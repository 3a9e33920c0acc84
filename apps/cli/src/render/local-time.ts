/**
 * `2026-03-31 18:00`, in local time, from ISO 8601 or from nanoseconds since 1970; `?` for what no calendar can say. A source's
 * time may be any number.
 */
export function localTime(time: string | bigint): string {
  const date = typeof time === 'string' ? new Date(time) : new Date(Number(time / 1_000_000n));
  if (Number.isNaN(date.getTime())) return '?';
  const two = (value: number): string => value.toString().padStart(2, '0');
  const year = date.getFullYear().toString().padStart(4, '0');
  return `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

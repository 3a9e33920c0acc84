/** As much as is read of what holds a password. */
export const MOST_PASSWORD_BYTES = 4096;

/** The first line of what holds a password, without its end; null where it is empty, too long or no UTF-8. */
export function firstLine(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(0x0a);
  const first = end < 0 ? bytes : bytes.subarray(0, end);
  if (first.length >= MOST_PASSWORD_BYTES) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(first);
    const line = text.replace(/\r$/, '');
    return line === '' || line.includes('\0') ? null : line;
  } catch {
    return null;
  }
}

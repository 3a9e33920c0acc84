/** Room for the line that says how many are missing. */
const SPARE = 40;
const UTF8 = new TextEncoder();

/**
 * Lines as a text of at most so many bytes: as many as there is room for, and then how many are missing. A first line that
 * is too long is cut, between two characters.
 */
export function cutBytes(lines: readonly string[], most: number): string {
  const whole = `${lines.join('\n')}\n`;
  if (UTF8.encode(whole).length <= most) return whole;
  let text = '';
  let left = most - SPARE;
  for (const [at, line] of lines.entries()) {
    const size = Buffer.byteLength(line) + 1;
    if (size > left) {
      if (at > 0) return `${text}… ${lines.length - at} more\n`;
      return `${cutLine(line, left)}…\n${lines.length === 1 ? '' : `… ${lines.length - 1} more\n`}`;
    }
    text += `${line}\n`;
    left -= size;
  }
  return text;
}

function cutLine(line: string, most: number): string {
  const { read } = UTF8.encodeInto(line, new Uint8Array(most));
  return line.slice(0, read);
}

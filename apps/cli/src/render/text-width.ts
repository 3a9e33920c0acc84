const MARK = /\p{M}/u;
// Scripts and pictures that terminals draw two columns wide.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

// eslint-disable-next-line no-control-regex -- colours are control characters
const COLOUR = /\x1b\[[\d;]*m/g;

/** How many columns a terminal gives to a text that has no control characters but for our own colours, which take none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(COLOUR, '')) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  return MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** Shortens a text without colours to at most `columns`, with `…` in its middle: both ends of a name tell it from others. */
export function clip(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 1) return '';
  const characters = Array.from(text);
  const room = columns - 1;
  const head = take(characters, Math.ceil(room / 2));
  const tail = take(characters.toReversed(), Math.floor(room / 2)).toReversed();
  return `${head.join('')}…${tail.join('')}`;
}

function take(characters: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let width = 0;
  for (const character of characters) {
    width += characterWidth(character);
    if (width > columns) break;
    taken.push(character);
  }
  return taken;
}

/** Fills up with spaces to `columns`: behind the text, or before it. */
export function pad(text: string, columns: number, side: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, columns - textWidth(text)));
  return side === 'left' ? `${text}${space}` : `${space}${text}`;
}

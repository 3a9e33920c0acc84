import { stylesFor } from '../../src/render/style.js';
import type { Screen } from '../../src/render/terminal.js';

/** A screen that remembers what was written. */
export interface StringScreen extends Screen {
  text(): string;
  lines(): string[];
}

export function stringScreen({
  columns = 80,
  isTTY = false,
}: { columns?: number; isTTY?: boolean } = {}): StringScreen {
  let written = '';
  return {
    write: (text) => {
      written += text;
    },
    isTTY,
    columns: () => columns,
    styles: stylesFor(false, {}),
    text: () => written,
    lines: () => written.split('\n').filter((line) => line !== ''),
  };
}

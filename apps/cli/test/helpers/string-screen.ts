import { StatusLine } from '../../src/render/status-line.js';
import { stylesFor } from '../../src/render/style.js';
import type { Screen } from '../../src/render/screen.js';

/** A screen that remembers what was written. */
export interface StringScreen extends Screen {
  text(): string;
  lines(): string[];
}

export function stringScreen({
  columns = 80,
  isTTY = false,
  colours = false,
}: { columns?: number | (() => number); isTTY?: boolean; colours?: boolean } = {}): StringScreen {
  let written = '';
  const line = new StatusLine((text) => {
    written += text;
  });
  return {
    write: (text) => {
      line.above(text);
    },
    status: (text) => {
      if (text === null) line.end();
      else line.show(text);
    },
    isTTY,
    columns: () => (typeof columns === 'number' ? columns : columns()),
    styles: stylesFor(colours, {}),
    failure: () => null,
    text: () => written,
    lines: () => written.split('\n').filter((one) => one !== ''),
  };
}

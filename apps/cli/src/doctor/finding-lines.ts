import { EXAMINE_STEPS, printable, type Finding } from '@sessionkeep/core';
import { wrap } from '@sessionkeep/runner/program';
import { pad, textWidth } from '../render/text-width.js';
import type { Styles } from '../render/style.js';

const WORDS: Readonly<Record<Finding['outcome'], { readonly word: string; readonly style: keyof Styles }>> = {
  fine: { word: 'ok', style: 'green' },
  odd: { word: 'odd', style: 'yellow' },
  failed: { word: 'failed', style: 'red' },
};

const WORD_WIDTH = Math.max(...Object.values(WORDS).map(({ word }) => word.length));
const TITLE_WIDTH = Math.max(...Object.values(EXAMINE_STEPS).map(({ title }) => textWidth(title)));

/** A finding for people: what was looked at and what came of it, then what to do. */
export function findingLines(
  { step, outcome, says, hint, file }: Finding,
  { width, styles }: { readonly width: number; readonly styles: Styles },
): string[] {
  const { word, style } = WORDS[outcome];
  const mark = `  ${styles[style](word.padEnd(WORD_WIDTH))}  `;
  const title = `${pad(EXAMINE_STEPS[step].title, TITLE_WIDTH, 'left')}  `;
  const before = 2 + WORD_WIDTH + 2 + TITLE_WIDTH + 2;
  const room = Math.max(20, width - before);
  const [first = '', ...rest] = wrap(says, room);
  const below = [...rest, ...(hint === undefined ? [] : wrap(`→ ${hint}`, room))];
  return [
    `${mark}${title}${first}`,
    ...below.map((line) => `${' '.repeat(before)}${line}`),
    // To be copied, so as it is.
    ...(file === undefined ? [] : ['', ...printableLines(file), '']),
  ];
}

function printableLines(text: string): string[] {
  return text.trimEnd().split('\n').map(printable);
}

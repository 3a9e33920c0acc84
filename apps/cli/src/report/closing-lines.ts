import { EXIT, type ExitCode, formatDuration, wrap } from '@sessionkeep/runner/program';
import type { Screen } from '../render/screen.js';

/** The sentence that closes a run, green, yellow or red as it ended, and how long it took. */
export function closingLines(
  code: ExitCode,
  sentence: string,
  ms: number,
  { columns, styles }: Pick<Screen, 'columns' | 'styles'>,
): string[] {
  const { green, yellow, red, dim } = styles;
  const tone = code === EXIT.done ? green : code === EXIT.partial || code === EXIT.interrupted ? yellow : red;
  const took = `(${formatDuration(ms)})`;
  return wrap(`${sentence} ${took.replace(' ', '\xa0')}`, columns()).map((line) => {
    const [text = '', end] = line.replace('\xa0', ' ').split(took);
    return end === undefined ? tone(text) : `${tone(text.trimEnd())}${text === '' ? '' : ' '}${dim(took)}`;
  });
}

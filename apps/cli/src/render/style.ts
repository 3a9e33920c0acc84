/** Colours a text, or leaves it. */
export type Style = (text: string) => string;

export interface Styles {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly yellow: Style;
  readonly green: Style;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours for a terminal that wants them; else text as it is. `NO_COLOR` wins, then `FORCE_COLOR`. */
export function stylesFor(isTTY: boolean, env: Environment): Styles {
  const on = wantsColour(isTTY, env);
  const style = (open: number, close: number): Style =>
    on ? (text) => `\x1b[${open.toString()}m${text}\x1b[${close.toString()}m` : (text) => text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    yellow: style(33, 39),
    green: style(32, 39),
  };
}

function wantsColour(isTTY: boolean, env: Environment): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0';
  return isTTY && env['TERM'] !== 'dumb';
}

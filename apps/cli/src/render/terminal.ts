import { stylesFor, type Styles } from './style.js';

/** What the renderers need of a stream, so that tests can give them a string. */
export interface Screen {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Asked anew each time: windows are resized. */
  columns(): number;
  readonly styles: Styles;
}

const NARROWEST = 20;

/** A standard stream as a screen. A reader that went away (`| head`) is no error. */
export function openScreen(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Screen {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  // `isTTY` is undefined on pipes, whatever its type says.
  const isTTY = (stream as { isTTY?: boolean }).isTTY === true;
  return {
    write: (text) => {
      stream.write(text);
    },
    isTTY,
    columns: () => {
      const { columns } = stream as { columns?: number };
      return Math.max(NARROWEST, columns === undefined || columns === 0 ? 80 : columns);
    },
    styles: stylesFor(isTTY, env),
  };
}

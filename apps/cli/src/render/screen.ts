import { StatusLine } from './status-line.js';
import { streamProblem } from './stream-problem.js';
import { stylesFor, type Styles } from './style.js';

/** What the renderers need of a stream, so that tests can give them a string. */
export interface Screen {
  /** Writes whole lines, above the status line where there is one. */
  write(text: string): void;
  /** Draws a line that stays below all others, shorter than {@link columns}; null takes it away. For terminals only. */
  status(line: string | null): void;
  /** A terminal, and one that can move its cursor. */
  readonly isTTY: boolean;
  /** Asked anew each time: windows are resized. */
  columns(): number;
  readonly styles: Styles;
  /** Why something that was written went nowhere, as of a full disk that stdout leads to; null while all is well. */
  failure(): string | null;
}

const NARROWEST = 20;

/** A standard stream as a screen. A reader that went away (`| head`) is no error. */
export function openScreen(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Screen {
  let failure: string | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failure ??= streamProblem(error);
  });
  // `isTTY` is undefined on pipes, whatever its type says.
  const isTTY = (stream as { isTTY?: boolean }).isTTY === true && env['TERM'] !== 'dumb';
  const line = new StatusLine((text) => {
    stream.write(text);
  });
  let leaveAsFound: (() => void) | null = null;
  return {
    write: (text) => {
      line.above(text);
    },
    status: (text) => {
      if (!isTTY) return;
      if (text === null) {
        line.end();
        leaveAsFound?.();
        leaveAsFound = null;
        return;
      }
      leaveAsFound ??= endWithProcess(line);
      line.show(text);
    },
    isTTY,
    columns: () => {
      const { columns } = stream as { columns?: number };
      return Math.max(NARROWEST, columns === undefined || columns === 0 ? 80 : columns);
    },
    styles: stylesFor(isTTY, env),
    failure: () => failure,
  };
}

/** Takes the line away, and gives the cursor back, before the process ends, crashes or is suspended. */
function endWithProcess(line: StatusLine): () => void {
  const end = (): void => {
    line.end();
  };
  const suspend = (): void => {
    line.end();
    process.kill(process.pid, 'SIGSTOP');
  };
  process.on('exit', end).on('uncaughtExceptionMonitor', end).on('SIGTSTP', suspend);
  return () => {
    process.off('exit', end).off('uncaughtExceptionMonitor', end).off('SIGTSTP', suspend);
  };
}

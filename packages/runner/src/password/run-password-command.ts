import { keepError, printable, type Answer, type KeepError } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolvePath } from '../config/resolve-path.js';
import { firstLine, MOST_PASSWORD_BYTES } from './first-line.js';

export interface CommandWorld {
  readonly home: string;
  readonly signal: AbortSignal;
  /** Told what the program writes to its standard error, a safe line at a time: it may ask for a key to be touched. */
  readonly tell: (line: string) => void;
  readonly patienceMs?: number;
}

/** Long enough for a finger on a sensor. */
const PATIENCE_MS = 60_000;

/** Runs a program without a shell; the first line that it prints is the password. */
export async function runPasswordCommand(
  { command, folder, at }: { command: readonly string[]; folder: string; at: string },
  { home, signal, tell, patienceMs = PATIENCE_MS }: CommandWorld,
): Answer<string> {
  const [named = '', ...args] = command;
  const program = named.startsWith('~/') ? resolvePath(named, folder, home) : named;
  const failed = (what: string): KeepError =>
    keepError('denied', 'run password command', `${at}: ${printable(named)} ${what}`, {
      hint: 'run it by hand: the first line that it prints must be the password',
    });
  const ended = await run(program, args, { folder, signal, tell, patienceMs });
  if (signal.aborted) return err(keepError('aborted', 'run password command', 'interrupted'));
  if (ended.why !== null) return err(failed(ended.why));
  const password = firstLine(ended.printed);
  return password === null ? err(failed('printed no password')) : ok(password);
}

interface Ended {
  /** Null when it ended well. */
  readonly why: string | null;
  readonly printed: Buffer;
}

function run(
  program: string,
  args: readonly string[],
  {
    folder,
    signal,
    tell,
    patienceMs,
  }: Omit<CommandWorld, 'home' | 'patienceMs'> & { folder: string; patienceMs: number },
): Promise<Ended> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ why: 'was interrupted', printed: Buffer.alloc(0) });
      return;
    }
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = Buffer.alloc(0);
    const end = (why: string | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      // What it has started may hold its pipes open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
      child.kill('SIGKILL');
      child.unref();
      resolve({ why, printed });
    };
    const stop = (): void => end('was interrupted');
    const timer = setTimeout(() => end(`gave no answer in ${(patienceMs / 1000).toString()} s`), patienceMs);
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', (piece: Buffer) => {
      printed = Buffer.concat([printed, piece]);
      if (printed.length >= MOST_PASSWORD_BYTES) end(null);
    });
    createInterface({ input: child.stderr }).on('line', (line) => tell(printable(line)));
    child.on('error', (cause: NodeJS.ErrnoException) =>
      end(cause.code === 'ENOENT' ? 'is not there' : `cannot be run: ${cause.code ?? cause.message}`),
    );
    child.on('close', (code, ended) =>
      end(
        code === 0
          ? null
          : `ended with ${code === null ? (ended ?? 'a signal') : `exit code ${code.toString()}`}`,
      ),
    );
  });
}

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporary-folder.js';

export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of `--json`. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** The last of them. */
  readonly summary: Readonly<Record<string, unknown>>;
}

export interface RunOptions {
  /** Called with every piece of stdout, and what stops the run. */
  readonly onStdout?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  readonly env?: Readonly<Record<string, string>>;
}

/** A machine of its own: a home, a working folder, a place for state; and the built CLI on it. */
export class Machine {
  readonly root = temporaryFolder();
  readonly home = join(this.root, 'home');
  readonly cwd = join(this.root, 'work');
  readonly projects = join(this.home, '.claude', 'projects');

  constructor() {
    if (!existsSync(MAIN)) throw new Error('apps/cli is not built: run `pnpm build` first');
    for (const folder of [this.home, this.cwd]) mkdirSync(folder, { recursive: true });
  }

  run(args: readonly string[], { onStdout, env = {} }: RunOptions = {}): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [MAIN, ...args], {
        cwd: this.cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], HOME: this.home, XDG_STATE_HOME: join(this.root, 'state'), ...env },
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        onStdout?.(text, (signal) => child.kill(signal));
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject);
      child.on('close', (code) => {
        const events = args.includes('--json') ? parseLines(stdout) : [];
        resolve({ code, stdout, stderr, events, summary: events.at(-1) ?? {} });
      });
    });
  }
}

function parseLines(text: string): Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

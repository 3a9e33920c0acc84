import { spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, lchownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporary-folder.js';

export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** How long a run may take before it is killed and its test fails: none may hang. */
const LONGEST_MS = 120_000;

/** A uid that owns nothing. */
const NOBODY = 65_534;

export interface Ran {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
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
  readonly longestMs?: number;
}

/** A run under way. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ran>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when its stdout has this text; rejects when it ends without. */
  readonly says: (text: string) => Promise<void>;
}

/** A machine of its own: a home, a working folder, a place for state; and the built CLI on it. */
export class Machine {
  readonly root = temporaryFolder();
  readonly home = join(this.root, 'home');
  readonly cwd = join(this.root, 'work');
  readonly projects = join(this.home, '.claude', 'projects');
  /** As users run it: the program itself, which starts Node with its flags. */
  #program: readonly [string, ...string[]] = [MAIN];

  constructor() {
    if (!existsSync(MAIN)) throw new Error('apps/cli is not built: run `pnpm build` first');
    for (const folder of [this.home, this.cwd]) mkdirSync(folder, { recursive: true });
  }

  /**
   * From here on the CLI may not read everything, as root may: it drops to another uid, which owns the machine. It runs
   * from a copy, since that uid need not be able to read the checkout.
   */
  withoutRoot(): void {
    if (process.getuid?.() !== 0) return;
    const copy = join(this.root, 'cli');
    cpSync(dirname(MAIN), copy, { recursive: true });
    const entry = join(copy, 'as-nobody.mjs');
    writeFileSync(
      entry,
      `process.setgroups([]);\nprocess.setgid(${NOBODY});\nprocess.setuid(${NOBODY});\nawait import('./main.js');\n`,
    );
    for (const name of readdirSync(this.root, { recursive: true, encoding: 'utf8' }))
      lchownSync(join(this.root, name), NOBODY, NOBODY);
    chownSync(this.root, NOBODY, NOBODY);
    this.#program = [process.execPath, entry];
  }

  /** What a program on it sees of the environment. */
  get env(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], HOME: this.home, XDG_STATE_HOME: join(this.root, 'state') };
  }

  /** Runs to the end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.start(args, options).ended;
  }

  start(args: readonly string[], { onStdout, env = {}, longestMs = LONGEST_MS }: RunOptions = {}): Running {
    const [program, ...before] = this.#program;
    const child = spawn(program, [...before, ...args], {
      cwd: this.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...this.env, ...env },
    });
    let stdout = '';
    let stderr = '';
    const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
    const waiting: { text: string; done: () => void; failed: (error: Error) => void }[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onStdout?.(text, kill);
      for (const one of waiting) if (stdout.includes(one.text)) one.done();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<Ran>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(
          new Error(
            `${args.join(' ')}: no end after ${longestMs} ms\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`,
          ),
        );
      }, longestMs);
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        for (const { text, failed } of waiting)
          failed(new Error(`it ended without saying ${text}\n${stderr}`));
        // Who was killed may not have come to the end of a line.
        const whole = signal === null ? stdout : stdout.slice(0, stdout.lastIndexOf('\n') + 1);
        const events = args.includes('--json') ? parseLines(whole) : [];
        resolve({ code, signal, stdout, stderr, events, summary: events.at(-1) ?? {} });
      });
    });
    // A test that fails before it awaits the end is told of its own failure, not of this one.
    ended.catch(() => undefined);
    return {
      pid: child.pid ?? 0,
      ended,
      kill,
      says: (text) =>
        stdout.includes(text)
          ? Promise.resolve()
          : new Promise((done, failed) => waiting.push({ text, done, failed })),
    };
  }
}

function parseLines(text: string): Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

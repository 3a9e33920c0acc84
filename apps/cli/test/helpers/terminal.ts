import { spawn } from 'node:child_process';
import { platform } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { noProgram } from './needs.js';
import { MAIN, type Machine } from './run-built.js';

/** How long a text may be waited for before the test fails. */
const PATIENCE_MS = 60_000;

export const KEY = {
  enter: '\r',
  space: ' ',
  up: '\x1b[A',
  down: '\x1b[B',
  interrupt: '\x03',
  /** Empties the line that is typed. */
  clear: '\x15',
} as const;

/** Why there is no terminal to be had; null when there is. */
export function noTerminal(): string | null {
  return platform() === 'linux' ? noProgram('script') : 'a terminal is made by the script of Linux';
}

/** A terminal of 80 columns in which the built CLI runs: somebody can type, and what is shown can be waited for. */
export class Terminal {
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
  #text = '';
  /** Up to where the text was waited for already. */
  #seen = 0;
  #look: () => void = () => undefined;
  readonly #type: (text: string) => void;

  constructor(machine: Machine, args: readonly string[], tail = '') {
    const command = `stty cols 80 rows 40; '${MAIN}' ${args.map((arg) => `'${arg}'`).join(' ')} ${tail}`;
    const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      cwd: machine.cwd,
      env: { ...machine.env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    });
    this.#type = (text) => void child.stdin.write(text);
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      this.#text += piece;
      this.#look();
    });
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject).on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, text: plain(this.#text) });
        this.#look();
      });
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`no end after ${PATIENCE_MS} ms:\n${plain(this.#text)}`));
      }, PATIENCE_MS);
    });
    // A test that fails before it awaits the end is told of its own failure, not of this one.
    this.ended.catch(() => undefined);
  }

  /** Waits until this is shown, behind what was waited for before. */
  async shows(wanted: string): Promise<void> {
    const found = (): number => plain(this.#text).indexOf(wanted, this.#seen);
    const shown = new Promise<void>((resolve) => {
      this.#look = () => {
        if (found() >= 0) resolve();
      };
      this.#look();
    });
    const over = this.ended.then(({ text }) => {
      if (found() < 0) throw new Error(`it ended without showing "${wanted}":\n${text.slice(this.#seen)}`);
    });
    await Promise.race([shown, over]);
    this.#seen = found() + wanted.length;
  }

  /** Waits for a question, then types: a key that comes before it would be another's answer. */
  async answer(question: string, ...keys: string[]): Promise<void> {
    await this.shows(question);
    for (const key of keys) this.#type(key);
  }
}

function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r\n', '\n');
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Machine } from './run-built.js';

const PATIENCE_MS = 30_000;

/** A terminal that a shell runs in: tmux, with windows that can be resized and looked at. Closed when the test is finished. */
export class Tmux {
  readonly #socket: string;

  constructor(machine: Machine, { columns, rows = 30 }: { columns: number; rows?: number }) {
    this.#socket = join(machine.root, 'tmux');
    const env = { ...machine.env, PS1: '$ ', LC_ALL: 'C.UTF-8' };
    const size = ['-x', columns.toString(), '-y', rows.toString()];
    execFileSync('tmux', [...this.#to, '-f', '/dev/null', 'new-session', '-d', ...size, 'bash --norc'], {
      cwd: machine.cwd,
      env,
    });
    onTestFinished(() => void this.#tmux('kill-server'));
  }

  type(line: string): void {
    this.#tmux('send-keys', line, 'Enter');
  }

  press(key: 'C-c' | 'C-z'): void {
    this.#tmux('send-keys', key);
  }

  resize(columns: number): void {
    this.#tmux('resize-window', '-x', columns.toString());
  }

  /** The lines of the window, without those that are empty. */
  lines(): string[] {
    return this.#tmux('capture-pane', '-p')
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
  }

  /** With colours, as they are written. */
  coloured(): string {
    return this.#tmux('capture-pane', '-e', '-p');
  }

  showsCursor(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1';
  }

  /** Waits until the window is as expected. */
  async until(expected: (lines: readonly string[]) => boolean, what: string): Promise<readonly string[]> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const lines = this.lines();
      if (expected(lines)) return lines;
      if (Date.now() > end) expect.fail(`never came: ${what}\n${lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get #to(): string[] {
    return ['-S', this.#socket];
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', [...this.#to, ...args], { encoding: 'utf8' });
  }
}

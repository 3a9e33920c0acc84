import { keepError, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { PASSWORD_VARIABLE } from './password-wish.js';

/** Asks at the terminal, on standard error, and shows nothing of what is typed. Without a terminal nobody can answer. */
export async function askPassword(question: string, signal: AbortSignal): Answer<string> {
  if (!isatty(0) || !isatty(2)) {
    return err(
      keepError('usage', 'ask password', `${question}: there is no terminal to ask at`, {
        hint: `set ${PASSWORD_VARIABLE}, give --password-file FILE, or write password: into the configuration`,
      }),
    );
  }
  const typed = await typedLine(`${question}: `, signal);
  process.stderr.write('\n');
  if (typed === null) return err(keepError('aborted', 'ask password', 'no password was given'));
  return typed === ''
    ? err(keepError('usage', 'ask password', 'the password that was typed is empty', { hint: 'try again' }))
    : ok(typed);
}

/** Null where the terminal was closed, or Ctrl-C or Ctrl-D pressed. */
function typedLine(prompt: string, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    // It takes the terminal's echo over, and shows it to nobody.
    const nowhere = new Writable({ write: (_, __, done) => done() });
    const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
    let typed: string | null = null;
    const stop = (): void => lines.close();
    signal.addEventListener('abort', stop, { once: true });
    lines.on('line', (line) => {
      typed ??= line;
      lines.close();
    });
    lines.on('SIGINT', stop);
    // Only now, when the echo is off: who sees it begins to type.
    process.stderr.write(prompt);
    lines.on('close', () => {
      signal.removeEventListener('abort', stop);
      resolve(typed);
    });
  });
}

import { keepError, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { spawnSync } from 'node:child_process';
import type { Context } from '../context.js';

const PATIENCE_MS = 60_000;

/** Runs a scheduler's own program, and answers with what it printed. */
export function runTool(
  program: string,
  args: readonly string[],
  { env }: Context,
): Result<string, KeepError> {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    env: { ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  if (status === 0) return ok(stdout);
  const line = [program, ...args].join(' ');
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    return err(keepError('unsupported', 'run scheduler', `there is no ${program} here`));
  // What could not be begun has said nothing: not even the empty text that the types promise.
  if (error !== undefined && status === null && signal === null)
    return err(keepError('unsupported', 'run scheduler', `${program} cannot be run: ${error.message}`));
  const [said = ''] = stderr.trim().split('\n');
  const ended = status === null ? `ended with ${signal ?? 'a signal'}` : `ended with ${status.toString()}`;
  return err(
    keepError('denied', 'run scheduler', printable(`${line} ${ended}${said === '' ? '' : `: ${said}`}`), {
      hint: 'run it by hand to see more',
    }),
  );
}

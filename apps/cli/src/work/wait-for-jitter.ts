import { keepError, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import type { Output } from '../output/output.js';
import { formatDuration } from '../render/format.js';

/** Waits as `--jitter` says: any time up to what is given. `random` is from 0 up to 1. */
export async function waitForJitter(
  { values }: Args,
  output: Pick<Output, 'note'>,
  { signal }: Pick<Context, 'signal'>,
  { random = Math.random, wait = waitFor } = {},
): Answer<void> {
  const given = values.get('jitter');
  if (given === undefined) return ok(undefined);
  const { parseJitter } = await import('@sessionkeep/schedule');
  const most = parseJitter(given);
  if (most.isErr()) return err({ ...most.error, message: `--jitter: ${most.error.message}` });
  const ms = Math.floor(random() * most.value * 1000);
  if (ms === 0) return ok(undefined);
  output.note(`waiting for ${formatDuration(ms)} (--jitter)`);
  try {
    await wait(ms, signal);
    return ok(undefined);
  } catch (cause) {
    return err(keepError('aborted', 'wait', 'interrupted before it began', { cause }));
  }
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}

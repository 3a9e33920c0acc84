import { keepError, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../world.js';
import type { Observer } from '../observer.js';
import { formatDuration } from '../text/format.js';

/** Waits as `--jitter` says: any time up to what is given. `random` is from 0 up to 1. */
export async function waitForJitter(
  jitter: string | undefined,
  observer: Pick<Observer, 'note'>,
  { signal }: Pick<World, 'signal'>,
  { random = Math.random, wait = waitFor } = {},
): Answer<void> {
  if (jitter === undefined) return ok(undefined);
  const { parseJitter } = await import('@sessionkeep/schedule');
  const most = parseJitter(jitter);
  if (most.isErr()) return err({ ...most.error, message: `--jitter: ${most.error.message}` });
  const ms = Math.floor(random() * most.value * 1000);
  if (ms === 0) return ok(undefined);
  observer.note(`waiting for ${formatDuration(ms)} (--jitter)`);
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

import type { KubeConfig } from '@kubernetes/client-node';
import { Compression } from '../compression.js';
import { PATIENCE } from '../exec/exec-target.js';
import { Sessions } from '../session/sessions.js';
import type { FoundPod } from './pod-query.js';

/**
 * How far a pod's clock is ahead of this machine's, in nanoseconds; 0 where the time that asking took leaves that open. Null for a pod
 * that cannot be asked, or has nothing to tell the time with.
 */
export async function podClock(config: KubeConfig, pod: FoundPod): Promise<bigint | null> {
  const sessions = new Sessions(config, pod, '/', PATIENCE, new Compression('off'));
  const began = Date.now();
  try {
    const session = await sessions.take();
    if (session.isErr()) return null;
    const { seconds } = session.value.opened;
    sessions.give(session.value);
    return seconds === null ? null : clockOffset(seconds, began, Date.now());
  } finally {
    sessions.close();
  }
}

/** A clock that said whole seconds, between two moments of another one, in milliseconds: how far it is ahead, in nanoseconds. */
export function clockOffset(seconds: number, began: number, ended: number): bigint {
  const [least, most] = [seconds * 1000, (seconds + 1) * 1000];
  const milliseconds = least > ended ? least - ended : most < began ? most - began : 0;
  return BigInt(Math.trunc(milliseconds)) * 1_000_000n;
}

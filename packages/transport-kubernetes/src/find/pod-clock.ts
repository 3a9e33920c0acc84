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
    return seconds === null
      ? null
      : BigInt(Math.trunc(offsetOf(seconds * 1000, began, Date.now()))) * 1_000_000n;
  } finally {
    sessions.close();
  }
}

/** The pod says whole seconds. */
function offsetOf(said: number, began: number, ended: number): number {
  if (said > ended) return said - ended;
  return said + 1000 < began ? said + 1000 - began : 0;
}

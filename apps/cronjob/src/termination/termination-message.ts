import type { RunFacts } from '../run-facts.js';
import { cutBytes } from './cut-bytes.js';
import { summaryLines } from './summary-lines.js';

/** As much as Kubernetes reads (https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/). */
const MOST_BYTES = 4096;

/**
 * What `kubectl describe pod` shows of a container that has ended: plain text of at most 4096 bytes, first the exit code
 * and what came of the run in a sentence, then errors and alarms, as many as there is room for.
 */
export function terminationMessage(facts: RunFacts): string {
  return cutBytes(summaryLines(facts), MOST_BYTES);
}

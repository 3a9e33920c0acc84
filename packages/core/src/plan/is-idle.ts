import type { Step } from './step.js';

/** True for a step that does nothing and of which there is nothing to say. */
export function isIdle({ ops, alarm, error, outcome }: Step): boolean {
  if (ops.length > 0 || alarm || error !== undefined) return false;
  return outcome === 'unchanged' || outcome === 'retained' || outcome === 'left';
}

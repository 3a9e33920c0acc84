import type { Around } from '@sessionkeep/core';
import { err } from 'neverthrow';
import type { FaultInjector } from './fault-injector.js';
import { gone, replyLost } from './fault-plan.js';

/** Faults of a call that answers once. */
export function answering(faults: FaultInjector): Around {
  return async (call, run) => {
    if (faults.stopped) return err(gone(call.operation));
    const fault = faults.reach(call, 'call');
    if (fault?.kind === 'fail') return err(fault.error);
    if (fault?.kind === 'stop' || fault?.kind === 'torn-write') {
      faults.stopped = true;
      return err(gone(call.operation));
    }
    const result = await run();
    if (fault?.kind === 'lost-reply-stop') faults.stopped = true;
    if (faults.stopped) return err(gone(call.operation));
    return fault?.kind === 'lost-reply' ? err(replyLost(call.operation)) : result;
  };
}

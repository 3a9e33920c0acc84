import { wrapTransport, type PortCall, type Transport } from '@sessionkeep/core';
import { answering } from './faulty-answers.js';
import { digesting, reading, scanning } from './faulty-reads.js';
import { appending, creating, publishing } from './faulty-writes.js';
import type { Fault, FaultPlan, FaultPoint } from './fault-plan.js';

/** Counts the points of one or several transports, and makes the planned fault happen at the planned one. */
export class FaultInjector {
  /** Every point that was reached, in order. */
  readonly points: FaultPoint[] = [];
  /** Where the fault happened. */
  fired: FaultPoint | undefined;
  /** True once the process or the connection is dead. */
  stopped = false;

  constructor(readonly plan: FaultPlan) {}

  /** A transport whose points are counted here. All of them die together. */
  wrap(inner: Transport): Transport {
    return wrapTransport(inner, answering(this), {
      scan: scanning(this, inner),
      read: reading(this, inner),
      digest: digesting(this, inner),
      create: creating(this, inner),
      append: appending(this, inner),
      publish: publishing(this, inner),
      close: async () => {
        if (!this.stopped) await inner.close();
      },
    });
  }

  /** Counts a point; the fault, when it is the planned one. */
  reach(call: PortCall, part: FaultPoint['part']): Fault | undefined {
    if (this.plan.only !== undefined && !this.plan.only.includes(call.operation)) return undefined;
    const point: FaultPoint = { operation: call.operation, part, path: call.paths[0] };
    this.points.push(point);
    if (this.points.length !== this.plan.at) return undefined;
    this.fired = point;
    return this.plan.fault;
  }
}

/** A transport that fails as planned; `faults` tells what happened. */
export type FaultyTransport = Transport & { readonly faults: FaultInjector };

/**
 * Makes a transport fail at its k-th point, always the same way.
 *
 * Points are each call, each item that `scan`, `read` and `digest` yield, each chunk read or written, and inside
 * `publish` the moment before its rename. A plan without `at` only counts: run the scenario once, then for every
 * `at` up to `faults.points.length`. For transports that die together use one {@link FaultInjector}.
 *
 * @example
 * const faulty = withFaults(createMemoryDisk().transport(), { at: 3, fault: { kind: 'stop' } });
 * // … run the scenario on it …
 * console.log(faulty.faults.fired?.operation);
 */
export function withFaults(inner: Transport, plan: FaultPlan): FaultyTransport {
  const faults = new FaultInjector(plan);
  return { ...faults.wrap(inner), faults };
}

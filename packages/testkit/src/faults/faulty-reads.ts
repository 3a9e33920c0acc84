import type { Bytes, KeepError, PortCall, RangeRead, Transport } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { FaultInjector } from './fault-injector.js';
import { cutShort, gone, replyLost, type FaultPoint } from './fault-plan.js';

/** What a point of a reading call does: goes on, ends with an error, or just ends. */
type Outcome =
  | { readonly go: true }
  | { readonly go: false; readonly short: boolean; readonly error: KeepError | undefined };

function outcomeAt(faults: FaultInjector, call: PortCall, part: FaultPoint['part']): Outcome {
  const end = (error: KeepError | undefined, short = false): Outcome => ({ go: false, short, error });
  if (faults.stopped) return end(gone(call.operation));
  const fault = faults.reach(call, part);
  switch (fault?.kind) {
    case undefined:
      return { go: true };
    case 'fail':
      return end(fault.error);
    case 'lost-reply':
      return end(replyLost(call.operation));
    case 'short-read':
      return end(fault.silent ? undefined : cutShort(call.operation), true);
    default:
      faults.stopped = true;
      return end(gone(call.operation));
  }
}

export function scanning(faults: FaultInjector, inner: Transport): Transport['scan'] {
  return async function* (folder, options) {
    const call: PortCall = { operation: 'scan', paths: [folder] };
    let outcome = outcomeAt(faults, call, 'call');
    if (outcome.go) {
      for await (const batch of inner.scan(folder, options)) {
        outcome = outcomeAt(faults, call, 'item');
        if (!outcome.go) break;
        yield batch;
      }
    }
    if (!outcome.go && outcome.error !== undefined) yield err(outcome.error);
  };
}

export function digesting(faults: FaultInjector, inner: Transport): Transport['digest'] {
  return async function* (ranges, options) {
    const call: PortCall = { operation: 'digest', paths: ranges.map((range) => range.path) };
    const whole = outcomeAt(faults, call, 'call');
    if (!whole.go) {
      for (const _ of ranges) if (whole.error !== undefined) yield err(whole.error);
      return;
    }
    let index = 0;
    for await (const digest of inner.digest(ranges, options)) {
      const path = ranges[index++]?.path;
      const outcome = outcomeAt(
        faults,
        { operation: 'digest', paths: path === undefined ? [] : [path] },
        'item',
      );
      if (outcome.go) yield digest;
      else if (outcome.error === undefined) return;
      else yield err(outcome.error);
    }
  };
}

export function reading(faults: FaultInjector, inner: Transport): Transport['read'] {
  return async function* (ranges, options) {
    const call: PortCall = { operation: 'read', paths: ranges.map((range) => range.path) };
    const whole = outcomeAt(faults, call, 'call');
    if (!whole.go) {
      for (const range of ranges) yield { range, chunks: only(whole.error) };
      return;
    }
    for await (const { range, chunks } of inner.read(ranges, options)) {
      const outcome = outcomeAt(faults, { operation: 'read', paths: [range.path] }, 'item');
      yield { range, chunks: outcome.go ? chunksOf(faults, range, chunks) : only(outcome.error) };
    }
  };
}

async function* chunksOf(faults: FaultInjector, range: RangeRead['range'], chunks: Bytes): Bytes {
  for await (const chunk of chunks) {
    const outcome = outcomeAt(faults, { operation: 'read', paths: [range.path] }, 'chunk');
    if (outcome.go) {
      yield chunk;
      continue;
    }
    if (outcome.short && chunk.isOk()) yield ok(chunk.value.subarray(0, chunk.value.length >> 1));
    if (outcome.error !== undefined) yield err(outcome.error);
    return;
  }
}

async function* only(error: KeepError | undefined): Bytes {
  if (error !== undefined) yield err(error);
}

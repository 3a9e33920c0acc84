import type { Answer, Bytes, FileStat, PortCall, Transport } from '@sessionkeep/core';
import { err } from 'neverthrow';
import { streamOf } from '../helpers/streams.js';
import type { FaultInjector } from './fault-injector.js';
import { gone, replyLost, type Fault } from './fault-plan.js';

export function creating(faults: FaultInjector, inner: Transport): Transport['create'] {
  return (path, bytes, length, options) =>
    writing(faults, { operation: 'create', paths: [path] }, bytes, {
      whole: (tapped) => inner.create(path, tapped, length, options),
      part: (torn, size) => inner.create(path, torn, size),
    });
}

export function appending(faults: FaultInjector, inner: Transport): Transport['append'] {
  return (path, offset, bytes, length, options) =>
    writing(faults, { operation: 'append', paths: [path] }, bytes, {
      whole: (tapped) => inner.append(path, offset, tapped, length, options),
      part: (torn, size) => inner.append(path, offset, torn, size),
    });
}

interface Write {
  readonly whole: (bytes: Bytes) => Answer<FileStat>;
  /** What is on the medium when only so much got there: done in a second call, since the first one tidied up. */
  readonly part: (bytes: Bytes, size: number) => Answer<FileStat>;
}

async function writing(faults: FaultInjector, call: PortCall, bytes: Bytes, write: Write): Answer<FileStat> {
  if (faults.stopped) return err(gone(call.operation));
  const first = faults.reach(call, 'call');
  if (first?.kind === 'fail') return err(first.error);
  if (first?.kind === 'stop') faults.stopped = true;
  else if (first?.kind === 'torn-write') await die(faults, write, []);
  if (faults.stopped) return err(gone(call.operation));
  const tap = new Tap(faults, call, first);
  const result = await write.whole(tap.pass(bytes));
  if (tap.fault?.kind === 'lost-reply-stop') faults.stopped = true;
  if (tap.torn) await die(faults, write, tap.sent);
  if (faults.stopped) return err(gone(call.operation));
  return tap.fault?.kind === 'lost-reply' ? err(replyLost(call.operation)) : result;
}

async function die(faults: FaultInjector, write: Write, sent: readonly Uint8Array[]): Promise<void> {
  faults.stopped = true;
  const size = sent.reduce((sum, chunk) => sum + chunk.length, 0);
  // Whether that worked does not matter: nobody is there any more to hear of it.
  void (await write.part(streamOf(...sent), size)).isOk();
}

/** Stands in the stream of bytes to be written, and remembers them as long as a fault may still come. */
class Tap {
  readonly sent: Uint8Array[] = [];
  torn = false;

  constructor(
    private readonly faults: FaultInjector,
    private readonly call: PortCall,
    public fault: Fault | undefined,
  ) {}

  async *pass(bytes: Bytes): Bytes {
    for await (const chunk of bytes) {
      const stoppedBefore = this.faults.stopped;
      const fault = stoppedBefore ? undefined : this.faults.reach(this.call, 'chunk');
      if (fault?.kind === 'fail') {
        yield err(fault.error);
        return;
      }
      if (fault?.kind === 'torn-write' && chunk.isOk())
        this.sent.push(new Uint8Array(chunk.value.subarray(0, (chunk.value.length + 1) >> 1)));
      if (stoppedBefore || fault?.kind === 'torn-write' || fault?.kind === 'stop') {
        this.torn = true;
        yield err(gone(this.call.operation));
        return;
      }
      this.fault ??= fault;
      if (this.faults.plan.at !== undefined && chunk.isOk()) this.sent.push(new Uint8Array(chunk.value));
      yield chunk;
    }
  }
}

/** Has a second point, when the temporary file is whole and not renamed yet. */
export function publishing(faults: FaultInjector, inner: Transport): Transport['publish'] {
  return async (file) => {
    const call: PortCall = { operation: 'publish', paths: [file.path, file.temporary] };
    if (faults.stopped) return err(gone(call.operation));
    let fault = faults.reach(call, 'call');
    if (fault?.kind === 'fail') return err(fault.error);
    if (fault?.kind === 'stop') faults.stopped = true;
    if (faults.stopped) return err(gone(call.operation));
    const inMiddle = fault === undefined ? faults.reach(call, 'item') : undefined;
    fault ??= inMiddle;
    const torn = fault?.kind === 'torn-write';
    if (torn || inMiddle?.kind === 'stop' || inMiddle?.kind === 'fail') {
      const part = torn ? file.bytes.subarray(0, file.bytes.length >> 1) : file.bytes;
      void (await inner.create(file.temporary, streamOf(part), part.length)).isOk();
      if (inMiddle?.kind === 'fail') return err(inMiddle.error);
      faults.stopped = true;
    }
    if (faults.stopped) return err(gone(call.operation));
    const result = await inner.publish(file);
    if (fault?.kind === 'lost-reply-stop') faults.stopped = true;
    if (faults.stopped) return err(gone(call.operation));
    return fault?.kind === 'lost-reply' ? err(replyLost(call.operation)) : result;
  };
}

import type { Bytes, KeepError, Range, RangeRead, Transport } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { Patience, type SharedPatience } from './patience.js';

/** Starts again only while nothing was yielded: later, paths would come twice. */
export function retryingScan(inner: Transport, options: SharedPatience): Transport['scan'] {
  return async function* (folder, scanOptions) {
    const patience = new Patience(options);
    for (;;) {
      let begun = false;
      let failure: KeepError | undefined;
      for await (const batch of inner.scan(folder, scanOptions)) {
        if (batch.isErr() && !begun && (await patience.again(batch.error))) {
          failure = batch.error;
          break;
        }
        begun = true;
        yield batch;
      }
      if (failure === undefined) return;
    }
  };
}

/** Asks again for what has no answer yet. */
export function retryingDigest(inner: Transport, options: SharedPatience): Transport['digest'] {
  return async function* (ranges, callOptions) {
    const patience = new Patience(options);
    for (let index = 0; index < ranges.length;) {
      const before = index;
      let again = false;
      for await (const digest of inner.digest(ranges.slice(index), callOptions)) {
        again = digest.isErr() && (await patience.again(digest.error));
        if (again) break;
        patience.restart();
        index++;
        yield digest;
      }
      if (!again && index === before) return;
    }
  };
}

/** Goes on where the bytes stopped, and asks for the ranges after it in the same call. */
export function retryingRead(inner: Transport, options: SharedPatience): Transport['read'] {
  return async function* (ranges, callOptions) {
    const ask = (wanted: readonly Range[]) => inner.read(wanted, callOptions)[Symbol.asyncIterator]();
    let source = ask(ranges);
    for (const [index, range] of ranges.entries()) {
      const first = await source.next();
      if (first.done) return;
      yield { range, chunks: resuming(range, first.value, index) };
    }
    await source.return?.();

    async function* resuming(range: Range, first: RangeRead, index: number): Bytes {
      const patience = new Patience(options);
      let chunks = first.chunks;
      let done = 0;
      for (;;) {
        let failure: KeepError | undefined;
        for await (const chunk of chunks) {
          if (chunk.isErr()) {
            failure = chunk.error;
            break;
          }
          done += chunk.value.length;
          patience.restart();
          yield ok(chunk.value);
        }
        if (failure === undefined) return;
        if (!(await patience.again(failure))) {
          yield err(failure);
          return;
        }
        await source.return?.();
        const rest = { ...range, offset: range.offset + done, length: range.length - done };
        source = ask([rest, ...ranges.slice(index + 1)]);
        const next = await source.next();
        if (next.done) {
          yield err(failure);
          return;
        }
        chunks = next.value.chunks;
      }
    }
  };
}

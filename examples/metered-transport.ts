import { wrapTransport, type Bytes, type Transport } from '@sessionkeep/core';

/** What went through a transport. */
export interface Meter {
  calls: number;
  bytesRead: number;
  bytesWritten: number;
}

/** The same transport with a meter on it: a wrapper, which is how retries, throttles and faults are made too. */
export function metered(inner: Transport, meter: Meter): Transport {
  async function* counted(bytes: Bytes, way: 'bytesRead' | 'bytesWritten'): Bytes {
    for await (const chunk of bytes) {
      if (chunk.isOk()) meter[way] += chunk.value.length;
      yield chunk;
    }
  }
  // Around every call that answers once. Here it only looks; it could wait, refuse, or run the call again.
  const counting = wrapTransport(inner, (_call, run) => {
    meter.calls++;
    return run();
  });
  return {
    ...counting,
    // A stream is consumed piece by piece, long after the call: what is to be seen of it is seen on its way.
    async *read(ranges, options) {
      meter.calls++;
      for await (const { range, chunks } of inner.read(ranges, options))
        yield { range, chunks: counted(chunks, 'bytesRead') };
    },
    create: (path, bytes, length, options) =>
      counting.create(path, counted(bytes, 'bytesWritten'), length, options),
    append: (path, offset, bytes, length, options) =>
      counting.append(path, offset, counted(bytes, 'bytesWritten'), length, options),
    publish: async (file) => {
      const published = await counting.publish(file);
      if (published.isOk()) meter.bytesWritten += file.bytes.length;
      return published;
    },
  };
}

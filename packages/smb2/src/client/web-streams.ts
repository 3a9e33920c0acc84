import type { ReadableStream, WritableStream } from 'node:stream/web';
import type { SmbError } from '../error/smb-error.js';
import type { FileWriter } from './file-writer.js';
import type { SmbBytes } from './read-ahead.js';

/** Bytes as a web-standard stream, which asks for a chunk when it is read, and leaves the source when it is cancelled. */
export function readableOf(bytes: SmbBytes): ReadableStream<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  return new globalThis.ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await iterator.next();
        if (next.done === true) return controller.close();
        next.value.match(
          (chunk) => controller.enqueue(chunk),
          (error) => controller.error(thrown(error)),
        );
      },
      cancel: async () => {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** A web-standard stream into a writer; `refusal` is what it ends with before anything is written. */
export function writableOf(writer: FileWriter, refusal: SmbError | null): WritableStream<Uint8Array> {
  const check = (): void => {
    const error = refusal ?? writer.error;
    if (error !== null) throw thrown(error);
  };
  return new globalThis.WritableStream<Uint8Array>({
    write: async (chunk) => {
      check();
      await writer.add(chunk);
      check();
    },
    close: async () => {
      await writer.drained();
      check();
    },
    abort: () => writer.drained(),
  });
}

/** Streams end with exceptions, and know no Results. */
function thrown(error: SmbError): Error {
  return new Error(error.message, { cause: error });
}

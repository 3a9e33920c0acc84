import { keepError, type Answer } from '@sessionkeep/core';
import { WRITE_OUTPUT } from '@sessionkeep/runner/program';
import { err, ok } from 'neverthrow';
import { streamProblem } from './stream-problem.js';

/** Where the data that a command was asked for goes. */
export interface Sink {
  /** Resolves when it was taken, so that no more is held than somebody reads; false once nobody reads any more (`| head`). */
  send(data: string | Uint8Array): Answer<boolean>;
}

/** A standard stream for data. */
export function openSink(stream: NodeJS.WritableStream): Sink {
  let closed = false;
  return {
    async send(data) {
      if (closed) return ok(false);
      const error = await new Promise<NodeJS.ErrnoException | null | undefined>((done) => {
        stream.write(data, done);
      });
      if (error === null || error === undefined) return ok(true);
      closed = true;
      if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return ok(false);
      const text = `writing to standard output failed: ${streamProblem(error)}`;
      return err(keepError('io', WRITE_OUTPUT, text, { cause: error }));
    },
  };
}

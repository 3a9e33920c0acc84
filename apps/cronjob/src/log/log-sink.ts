/** Where lines of a log go. */
export interface LogSink {
  /** Takes a line, or does not (false): because nobody reads any more, or nobody reads so fast. Never throws, never waits. */
  write(line: string): boolean;
  /** Resolves when all that was taken is written, or cannot be, or after so many milliseconds. */
  flushed(milliseconds: number): Promise<void>;
}

/** So much waits for a reader that is slow; a backup does not wait for whoever reads its log. */
const MOST_WAITING_BYTES = 1 << 20;

/** A standard stream as the end of a log. That its reader goes away, or never reads, changes nothing but that lines are lost. */
export function openLogSink(stream: NodeJS.WriteStream | NodeJS.WritableStream): LogSink {
  let open = true;
  stream.on('error', () => (open = false));
  const waiting = (): number => ('writableLength' in stream ? stream.writableLength : 0);
  return {
    write(line) {
      if (!open || waiting() > MOST_WAITING_BYTES) return false;
      stream.write(line);
      return true;
    },
    async flushed(milliseconds) {
      if (!open) return;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, milliseconds);
        stream.write('', () => {
          clearTimeout(timer);
          done();
        });
      });
    },
  };
}

import type { ReadableStream, WritableStream } from 'node:stream/web';
import { err, ok, type Result } from 'neverthrow';
import { ABORTED, faultError } from '../connection/fault.js';
import type { Reply } from '../connection/request.js';
import { attemptError, malformed, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { Command } from '../wire/command.js';
import type { CreateResponse } from '../wire/create.js';
import type { FileId } from '../wire/file-id.js';
import { FILE_DISPOSITION, FILE_END_OF_FILE, FILE_NETWORK_OPEN } from '../wire/info-class.js';
import { encodeDispositionInfo } from '../wire/info/disposition-info.js';
import { encodeEndOfFileInfo } from '../wire/info/end-of-file-info.js';
import { decodeNetworkOpenInfo } from '../wire/info/network-open-info.js';
import { decodeQueryInfoResponse } from '../wire/query-info.js';
import { encodeReadRequest } from '../wire/read.js';
import { encodeWriteRequest } from '../wire/write.js';
import { ChunkSource, type ByteSource } from './chunk-source.js';
import type { CallOptions } from './connect-options.js';
import { bufferOf, FLUSH_STEP, queryInfoStep, setInfoStep, timesStep, writeStep } from './file-steps.js';
import { diskIdIn, fileStat, type FileStat, type FileTimes } from './file-stat.js';
import { finishFile } from './finish-file.js';
import { readAhead, type SmbBytes } from './read-ahead.js';
import type { CloseOptions, ReadStreamOptions, WriteStreamOptions } from './file-options.js';
import { FileWriter } from './file-writer.js';
import { readSize, WINDOW, writeSize, type ShareContext } from './share-context.js';
import { closeQuietly, requestOf, type Step } from './run-steps.js';
import { checkWritten, readContent, writtenCount } from './transferred.js';
import { readableOf, writableOf } from './web-streams.js';

/** What an {@link SmbFile} is made of. */
export interface OpenedFile {
  readonly context: ShareContext;
  readonly path: string;
  readonly created: CreateResponse;
}

/**
 * An open file. Calls may be made at the same time; they go to the server in their order and are answered in any.
 * Close it: the server holds it open as long as the connection.
 */
export class SmbFile {
  /** The path it was opened by. */
  readonly path: string;
  /** What the server said of it when it was opened. */
  readonly opened: FileStat;
  readonly #context: ShareContext;
  readonly #fileId: FileId;
  #end: number;
  #closed = false;

  /** @internal Files come from `share.open`. */
  constructor({ context, path, created }: OpenedFile) {
    this.path = path;
    this.opened = fileStat(created, diskIdIn(created.contexts));
    this.#context = context;
    this.#fileId = created.fileId;
    this.#end = created.size;
  }

  /** Up to `length` bytes from `offset`: fewer only where the file ends, none past its end. */
  async read(
    offset: number,
    length: number,
    options: CallOptions = {},
  ): Promise<Result<Uint8Array, SmbError>> {
    const invalid = this.#invalid('read', offset, length);
    if (invalid !== null) return err(invalid);
    const pieces: Uint8Array[] = [];
    for await (const piece of this.readStream({ ...options, offset, length })) {
      if (piece.isErr()) return err(piece.error);
      pieces.push(piece.value);
    }
    const [only] = pieces;
    return ok(pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces));
  }

  /**
   * The bytes from `offset` on in chunks of at most 1 MiB, several requests ahead of whoever takes them. An `err` is
   * the last item. A chunk is the consumer's own.
   *
   * @example
   * let size = 0;
   * for await (const chunk of file.readStream()) size += chunk.unwrapOr(Buffer.of()).length;
   */
  readStream(options: ReadStreamOptions = {}): SmbBytes {
    const { offset = 0, length = Infinity, ahead = WINDOW, signal } = options;
    const invalid = this.#invalid('read', offset, length === Infinity ? 0 : length);
    return readAhead({
      offset,
      length,
      expected: this.#end,
      chunk: () => readSize(this.#context),
      ahead,
      read: (at, size) =>
        invalid === null ? this.#readOnce(at, size, signal) : Promise.resolve(err(invalid)),
    });
  }

  /** Writes all of `bytes` at `offset`, in as many requests as it takes. They must not change meanwhile. */
  async write(offset: number, bytes: Uint8Array, options: CallOptions = {}): Promise<Result<null, SmbError>> {
    const written = await this.writeStream([bytes], { ...options, offset });
    return written.map(() => null);
  }

  /** Writes after all that this handle has written, or found when it was opened. Gives where it begins. */
  async append(bytes: Uint8Array, options: CallOptions = {}): Promise<Result<number, SmbError>> {
    const offset = this.#end;
    const written = await this.write(offset, bytes, options);
    return written.map(() => offset);
  }

  /**
   * Writes what `source` gives, one after the other from `offset` on, and gives how many bytes that were. It asks for
   * more only while less than 8 MiB are under way. Chunks are sent uncopied and must not change until `release` gives
   * them back; chunks of 1 MiB are the fastest. A source that throws ends it with `aborted`, and what it threw as `cause`. A write that
   * fails, and an abort, end it at once, however slow the source is.
   *
   * @example
   * const written = await file.writeStream([Buffer.from('one, '), Buffer.from('two')], { offset: 0 });
   * console.log(written.unwrapOr(0));
   */
  async writeStream(source: ByteSource, options: WriteStreamOptions = {}): Promise<Result<number, SmbError>> {
    const { offset = 0, signal } = options;
    const invalid = this.#invalid('write', offset, 0);
    if (invalid !== null) return err(invalid);
    const chunks = new ChunkSource(source);
    const interrupt = (): void => chunks.interrupt();
    if (signal?.aborted === true) interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    const writer = this.#writer(options, interrupt);
    const problem = await this.#pour(chunks, writer);
    signal?.removeEventListener('abort', interrupt);
    chunks.leave();
    await writer.drained();
    const error = problem ?? writer.error ?? (signal?.aborted === true ? this.#aborted('write') : null);
    return error === null ? ok(writer.position - offset) : err(error);
  }

  /** Takes chunks until the source ends or something ends it; the error is one that is not the writer's own. */
  async #pour(chunks: ChunkSource, writer: FileWriter): Promise<SmbError | null> {
    try {
      for (let chunk = await chunks.next(); chunk !== null; chunk = await chunks.next()) {
        await writer.add(chunk);
      }
      return null;
    } catch (cause) {
      const problem = 'what was to be written ended with an error';
      return attemptError('aborted', this.#attempt('write'), problem, { cause });
    }
  }
  /**
   * The same bytes as `readStream`, as a web-standard stream: it reads ahead only while somebody reads it, and ends
   * with an `Error` whose `cause` is the {@link SmbError}.
   */
  readable(options: ReadStreamOptions = {}): ReadableStream<Uint8Array> {
    return readableOf(this.readStream(options));
  }

  /**
   * A web-standard stream that writes one chunk after another, from `offset` on; a chunk is wanted while less than
   * 8 MiB are under way. It is closed when all is written, which is no `flush`, and the file stays open. It ends with
   * an `Error` whose `cause` is the {@link SmbError}.
   */
  writable(options: WriteStreamOptions = {}): WritableStream<Uint8Array> {
    const { offset = 0 } = options;
    const invalid = this.#invalid('write', offset, 0);
    const writer = this.#writer(invalid === null ? options : {});
    return writableOf(writer, invalid);
  }

  /** All that was written is on the server's medium when this is answered. */
  async flush(options: CallOptions = {}): Promise<Result<null, SmbError>> {
    return this.#step('flush', FLUSH_STEP, options);
  }

  /** Cuts the file, or lengthens it with zeros, to `size` bytes. */
  async truncate(size: number, options: CallOptions = {}): Promise<Result<null, SmbError>> {
    const invalid = this.#invalid('truncate', size, 0);
    if (invalid !== null) return err(invalid);
    const done = await this.#step(
      'truncate',
      setInfoStep(FILE_END_OF_FILE, encodeEndOfFileInfo(size)),
      options,
    );
    if (done.isOk()) this.#end = size;
    return done;
  }

  /** Sets the times that are given; writes that follow may change them again. */
  async setTimes(times: FileTimes, options: CallOptions = {}): Promise<Result<null, SmbError>> {
    return timesStep(this.#attempt('set times'), times).match(
      (step) => this.#step('set times', step, options),
      (error) => Promise.resolve(err(error)),
    );
  }

  /** What the server says of it at this moment. */
  async stat(options: CallOptions = {}): Promise<Result<FileStat, SmbError>> {
    const attempt = this.#attempt('stat');
    const replied = await this.#request(attempt, queryInfoStep(FILE_NETWORK_OPEN, 56), options);
    return replied.andThen((reply) =>
      decodeQueryInfoResponse(reply.message)
        .andThen(decodeNetworkOpenInfo)
        .map((facts) => fileStat(facts, this.opened.id))
        .mapErr((fault) => malformed(attempt, fault)),
    );
  }

  /**
   * Closes it; with `write`, `flush`, `times` and `remove` after those, in one round trip if the bytes fit in one request. Gives
   * what the server then says of the file, or null from servers that do not say. The handle is gone afterwards, also when
   * this fails; but for `invalid`. Again, it does nothing.
   */
  async close(options: CloseOptions = {}): Promise<Result<FileStat | null, SmbError>> {
    if (this.#closed) return ok(null);
    const attempt = this.#attempt('close');
    const { write, flush = false, times, remove = false, signal } = options;
    const invalid = write === undefined ? null : this.#invalid('write', write.offset, write.bytes.length);
    if (invalid !== null) return err(invalid);
    const setting = times === undefined ? ok(null) : timesStep(attempt, times);
    if (setting.isErr()) return err(setting.error);
    const aborts = signal === undefined ? {} : { signal };
    const fits = write !== undefined && write.bytes.length <= writeSize(this.#context);
    const isLast = fits && write.bytes.length > 0;
    const before =
      write === undefined || fits ? ok(null) : await this.write(write.offset, write.bytes, aborts);
    this.#closed = true;
    const fileId = this.#fileId;
    if (before.isErr()) {
      closeQuietly(this.#context.tree, fileId);
      return err(before.error);
    }
    const steps = [
      ...(isLast ? [writeStep(write.offset, bufferOf(write.bytes))] : []),
      ...(flush ? [FLUSH_STEP] : []),
      ...(setting.value === null ? [] : [setting.value]),
      ...(remove ? [setInfoStep(FILE_DISPOSITION, encodeDispositionInfo(true))] : []),
    ];
    const check = isLast ? (first: Reply) => checkWritten(attempt, first, write.bytes.length) : undefined;
    const finished = await finishFile(this.#context, {
      attempt,
      fileId,
      steps,
      ...(check === undefined ? {} : { check }),
      ...aborts,
    });
    return finished.map((facts) => (facts === null ? null : fileStat(facts, this.opened.id)));
  }

  #writer({ offset = 0, signal, release }: WriteStreamOptions, failed?: () => void): FileWriter {
    return new FileWriter({
      offset,
      size: () => writeSize(this.#context),
      write: (at, bytes) => {
        if (!Number.isSafeInteger(at + bytes.length)) return Promise.resolve(err(this.#tooFar('write')));
        this.#end = Math.max(this.#end, at + bytes.length);
        return this.#writeOnce(at, bytes, signal);
      },
      ...(failed === undefined ? {} : { failed }),
      ...(release === undefined ? {} : { release }),
    });
  }

  async #readOnce(
    offset: number,
    length: number,
    signal: AbortSignal | undefined,
  ): Promise<Result<Uint8Array, SmbError>> {
    const attempt = this.#attempt('read');
    if (this.#closed) return err(handleClosed(attempt));
    const body = encodeReadRequest({ fileId: this.#fileId, offset, length });
    const replied = await this.#context.tree.request(
      { command: Command.read, body, answerSize: length },
      { attempt, ...(signal === undefined ? {} : { signal }) },
    );
    return replied.andThen(({ header, message }) => readContent(attempt, header.status, message, length));
  }

  async #writeOnce(
    offset: number,
    bytes: Buffer,
    signal: AbortSignal | undefined,
  ): Promise<Result<null, SmbError>> {
    const attempt = this.#attempt('write');
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#closed) return err(handleClosed(attempt));
      const at = offset + bytes.length - rest.length;
      const body = encodeWriteRequest({ fileId: this.#fileId, offset: at, length: rest.length });
      const replied = await this.#context.tree.request(
        { command: Command.write, body, data: [rest] },
        { attempt, ...(signal === undefined ? {} : { signal }) },
      );
      const count = replied.andThen((reply) => writtenCount(attempt, reply, rest.length));
      if (count.isErr()) return err(count.error);
      rest = rest.subarray(count.value);
    }
    return ok(null);
  }

  async #step(operation: string, step: Step, options: CallOptions): Promise<Result<null, SmbError>> {
    const replied = await this.#request(this.#attempt(operation), step, options);
    return replied.map(() => null);
  }

  async #request(attempt: Attempt, step: Step, { signal }: CallOptions): Promise<Result<Reply, SmbError>> {
    if (this.#closed) return err(handleClosed(attempt));
    const replied = await this.#context.tree.request(requestOf(step, this.#fileId), {
      attempt,
      ...(signal === undefined ? {} : { signal }),
    });
    return replied.andThen((reply) =>
      reply.header.status === Status.success ? ok(reply) : err(statusError(attempt, reply.header.status)),
    );
  }

  #invalid(operation: string, offset: number, length: number): SmbError | null {
    const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    if (isSize(offset) && isSize(length) && isSize(offset + length)) return null;
    return this.#tooFar(operation);
  }

  #tooFar(operation: string): SmbError {
    return attemptError(
      'invalid',
      this.#attempt(operation),
      'offsets and sizes are whole numbers up to 2^53 - 1',
    );
  }

  #aborted(operation: string): SmbError {
    return faultError(this.#attempt(operation), ABORTED);
  }

  #attempt(operation: string): Attempt {
    return { operation, path: this.path };
  }
}

function handleClosed(attempt: Attempt): SmbError {
  return faultError(attempt, { kind: 'closed', problem: 'this handle is closed', retry: false });
}

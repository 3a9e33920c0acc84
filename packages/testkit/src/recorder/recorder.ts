import {
  wrapTransport,
  type Bytes,
  type Operation,
  type RangeRead,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';

/** One call, as it was made; `bytes` counts what flowed through it, and grows while it flows. */
export interface RecordedCall {
  readonly operation: Operation;
  readonly paths: readonly RelativePath[];
  readonly bytes: number;
}

/** What was asked of a transport. */
export class Recording {
  readonly calls: RecordedCall[] = [];

  /** Calls of these operations, or all. */
  of(...operations: readonly Operation[]): readonly RecordedCall[] {
    return operations.length === 0
      ? this.calls
      : this.calls.filter((call) => operations.includes(call.operation));
  }

  /** How many calls there were of these operations, or of all. */
  count(...operations: readonly Operation[]): number {
    return this.of(...operations).length;
  }

  /** Bytes that flowed through calls of these operations, or of all. */
  bytes(...operations: readonly Operation[]): number {
    return this.of(...operations).reduce((sum, call) => sum + call.bytes, 0);
  }

  /** How many calls each operation had, by name: what a test compares with. */
  counts(): Partial<Record<Operation, number>> {
    const counts: Partial<Record<Operation, number>> = {};
    for (const { operation } of this.calls) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  /** Forgets all calls so far. */
  clear(): void {
    this.calls.length = 0;
  }
}

/** A transport, and what was asked of it. */
export type RecordingTransport = Transport & { readonly recording: Recording };

/**
 * Records every call and how many bytes of content it moved. Digests move none, wherever they are made.
 *
 * @example
 * const { recording, ...disk } = withRecorder(createMemoryDisk().transport());
 * await disk.list(ROOT);
 * console.log(recording.counts()); // { list: 1 }
 */
export function withRecorder(inner: Transport): RecordingTransport {
  const recording = new Recording();
  const note = (operation: Operation, paths: readonly RelativePath[], bytes = 0) => {
    const call = { operation, paths, bytes };
    recording.calls.push(call);
    return call;
  };
  const wrapped = wrapTransport(
    inner,
    ({ operation, paths }, run) => {
      note(operation, paths);
      return run();
    },
    {
      scan: (folder, options) => {
        note('scan', [folder]);
        return inner.scan(folder, options);
      },
      digest: (ranges, options) => {
        note(
          'digest',
          ranges.map((range) => range.path),
        );
        return inner.digest(ranges, options);
      },
      read: (ranges, options) =>
        counted(
          inner.read(ranges, options),
          note(
            'read',
            ranges.map((range) => range.path),
          ),
        ),
      create: (path, bytes, length, options) =>
        inner.create(path, tallied(bytes, note('create', [path])), length, options),
      append: (path, offset, bytes, length, options) =>
        inner.append(path, offset, tallied(bytes, note('append', [path])), length, options),
      publish: (file) => {
        note('publish', [file.path, file.temporary], file.bytes.length);
        return inner.publish(file);
      },
    },
  );
  return { ...wrapped, recording };
}

async function* counted(reads: AsyncIterable<RangeRead>, call: { bytes: number }): AsyncGenerator<RangeRead> {
  for await (const { range, chunks } of reads) yield { range, chunks: tallied(chunks, call) };
}

async function* tallied(bytes: Bytes, call: { bytes: number }): Bytes {
  for await (const chunk of bytes) {
    if (chunk.isOk()) call.bytes += chunk.value.length;
    yield chunk;
  }
}

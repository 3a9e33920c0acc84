import {
  keepError,
  printable,
  ROOT,
  wrapTransport,
  type Around,
  type Bytes,
  type CallOptions,
  type KeepError,
  type Range,
  type Transport,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';

/** What a view says for itself. */
export interface ViewParts extends Pick<Transport, 'scan' | 'list' | 'stat' | 'close'> {
  /** Looks once a call whether there is something to read, and says where a range of the view lies. */
  readonly locate: (operation: string) => Promise<(range: Range) => Result<Range, KeepError>>;
}

/** A part of `inner` under other paths, as a transport. Every call that would write answers `read-only`. */
export function readOnlyView(inner: Transport, { locate, ...parts }: ViewParts): Transport {
  const refuse: Around = async ({ operation }) => {
    const text = `could not ${operation} in ${printable(inner.name)}: it is only read`;
    return err(keepError('read-only', operation, text, { transport: inner.name }));
  };
  return wrapTransport(inner, refuse, {
    ...parts,
    probe: (folder, mode) =>
      mode === 'look'
        ? inner.probe(ROOT, mode)
        : refuse({ operation: 'probe', paths: [folder] }, () => inner.probe(ROOT, 'look')),
    read: async function* (ranges, options) {
      const place = await locate('read');
      yield* served(ranges, place, inner.read.bind(inner), options, (range, answer) => ({
        range,
        chunks: answer.isOk() ? answer.value.chunks : failed(answer.error),
      }));
    },
    digest: async function* (ranges, options) {
      const place = await locate('digest');
      yield* served(ranges, place, inner.digest.bind(inner), options, (range, answer) =>
        answer.andThen((digest) => digest).map((digest) => ({ ...digest, range })),
      );
    },
  });
}

/** Says that the view has nothing under this path. */
export function notInView({ name }: Transport, operation: string, path: string): KeepError {
  const text = `could not ${operation} "${printable(path)}" in ${printable(name)}: there is no such thing`;
  return keepError('not-found', operation, text, { transport: name, path });
}

/** Asks in one call for the ranges that have a place, and answers for all, in order. */
async function* served<A, B>(
  ranges: readonly Range[],
  place: (range: Range) => Result<Range, KeepError>,
  ask: (ranges: readonly Range[], options?: CallOptions) => AsyncIterable<A>,
  options: CallOptions | undefined,
  answer: (range: Range, given: Result<A, KeepError>) => B,
): AsyncGenerator<B, void> {
  const placed = ranges.map((range) => ({ range, at: place(range) }));
  const there = placed.flatMap(({ at }) => (at.isOk() ? [at.value] : []));
  const answers = ask(there, options)[Symbol.asyncIterator]();
  try {
    for (const { range, at } of placed) {
      if (at.isErr()) {
        yield answer(range, err(at.error));
        continue;
      }
      const next = await answers.next();
      if (next.done === true) return;
      yield answer(range, ok(next.value));
    }
  } finally {
    await answers.return?.();
  }
}

async function* failed(error: KeepError): Bytes {
  yield err(error);
}

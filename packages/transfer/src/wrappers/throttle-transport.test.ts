import { keepError, type Bytes, type Transport } from '@sessionkeep/core';
import { at, collect, createMemoryDisk, nodeSha256, streamOf, withRecorder } from '@sessionkeep/testkit';
import { describeTransportContract, openMemory } from '@sessionkeep/testkit/contract';
import { err, ok } from 'neverthrow';
import { describe, expect, it, test } from 'vitest';
import { VirtualTime } from '../../test/virtual-time.js';
import { readRange } from '../io/read-range.js';
import { createRateLimit } from './rate-limit.js';
import { withThrottle } from './throttle-transport.js';

/** Waits for everything, and for nothing long. */
const hasty = (): VirtualTime => new VirtualTime();

describeTransportContract('a throttled disk in memory', {
  open: () => openMemory((disk) => withThrottle(disk, { limit: createRateLimit(64 * 1024, hasty()) })),
});

describeTransportContract('a throttled disk in memory that digests what it reads', {
  open: () =>
    openMemory((disk) => withThrottle(disk, { limit: createRateLimit(1e6, hasty()), sha256: nodeSha256 })),
});

/** A throttled disk that knows when each byte went by: `flow` has the moment in milliseconds and how many. */
function setUp(bytesPerSecond: number, more: { signal?: AbortSignal; digests?: boolean } = {}) {
  const time = new VirtualTime();
  const limit = createRateLimit(bytesPerSecond, time);
  const disk = createMemoryDisk();
  const flow: { at: number; bytes: number }[] = [];
  const seen = (bytes: number): void => void flow.push({ at: time.now(), bytes });
  const recorder = withRecorder(disk.transport());
  const watched: Transport = {
    ...recorder,
    create: (path, bytes, length, options) => recorder.create(path, watch(bytes, seen), length, options),
    append: (path, offset, bytes, length, options) =>
      recorder.append(path, offset, watch(bytes, seen), length, options),
    publish: (file) => {
      seen(file.bytes.length);
      return recorder.publish(file);
    },
  };
  const transport = withThrottle(watched, {
    limit,
    ...(more.signal && { signal: more.signal }),
    ...(more.digests === true && { sha256: nodeSha256 }),
  });
  return { time, limit, disk, transport, flow, seen, recording: recorder.recording };
}

async function* watch(bytes: Bytes, seen: (bytes: number) => void): Bytes {
  for await (const chunk of bytes) {
    if (chunk.isOk()) seen(chunk.value.length);
    yield chunk;
  }
}

/** No stretch of time lets more by than the limit and a tenth of a second's worth. */
function expectPaced(flow: readonly { at: number; bytes: number }[], bytesPerSecond: number): void {
  for (let from = 0; from < flow.length; from++) {
    let sum = 0;
    for (const { at: moment, bytes } of flow.slice(from)) {
      sum += bytes;
      const elapsed = moment - (flow[from]?.at ?? 0);
      // The first of a stretch had been paid for before it.
      expect(sum).toBeLessThanOrEqual((bytesPerSecond * (elapsed + 200)) / 1000 + 1);
    }
  }
}

const MIB = 1 << 20;
const whole = (path: string, length: number) => ({ path: at(path), offset: 0, length });

describe('reading', () => {
  it('takes as long as the limit says, in even slices, and gives every byte', async () => {
    const { time, disk, transport, flow, seen } = setUp(100_000);
    const text = 'x'.repeat(MIB);
    disk.write('log', text);
    const began = time.now();
    let got = 0;
    for await (const { chunks } of transport.read([whole('log', MIB)])) {
      for await (const chunk of watch(chunks, seen)) got += chunk._unsafeUnwrap().length;
    }
    expect(got).toBe(MIB);
    expect(time.now() - began).toBeGreaterThanOrEqual(10_385);
    expect(time.now() - began).toBeLessThanOrEqual(10_486);
    expect(Math.max(...flow.map(({ bytes }) => bytes))).toBe(10_000);
    expectPaced(flow, 100_000);
  });

  it('asks for no more than it lets by', async () => {
    const { time, transport, disk, recording } = setUp(1000);
    disk.write('log', 'x'.repeat(10 * MIB));
    let slices = 0;
    for await (const { chunks } of transport.read([whole('log', 10 * MIB)])) {
      for await (const chunk of chunks) if (chunk.isErr() || ++slices === 50) break;
    }
    expect(time.now()).toBeGreaterThan(4000);
    expect(recording.bytes('read')).toBeLessThanOrEqual(MIB);
  });

  it('counts digests where they are made of what is read, and only there', async () => {
    for (const digests of [true, false]) {
      const { time, transport, disk } = setUp(1000, { digests });
      disk.write('log', 'x'.repeat(5000));
      for await (const digest of transport.digest([whole('log', 5000)]))
        expect(digest._unsafeUnwrap().sha256).toBe(nodeSha256.of('x'.repeat(5000)));
      expect(time.now() > 4000).toBe(digests);
      expect(transport.traits.digestsInPlace).toBe(!digests && disk.transport().traits.digestsInPlace);
    }
  });
});

describe('writing', () => {
  it('is paced for new files, appended bytes and small files, and answers as ever', async () => {
    const { time, disk, transport, flow } = setUp(1000);
    expect((await transport.create(at('a'), streamOf('a'.repeat(2000)), 2000)).isOk()).toBe(true);
    expect((await transport.append(at('a'), 2000, streamOf('b'.repeat(2000)), 2000)).isOk()).toBe(true);
    const bytes = new TextEncoder().encode('c'.repeat(1000));
    expect((await transport.publish({ path: at('c'), temporary: at('t'), bytes })).isOk()).toBe(true);
    expect(disk.text('a')).toBe('a'.repeat(2000) + 'b'.repeat(2000));
    expect(disk.text('c')).toBe('c'.repeat(1000));
    expect(time.now()).toBeGreaterThanOrEqual(4900);
    expectPaced(flow.slice(0, -1), 1000);
  });

  it('publishes at once no more than a second has', () => {
    expect(setUp(1000).transport.traits.publishLimit).toBe(1000);
    const { transport, disk } = setUp(1e12);
    expect(transport.traits.publishLimit).toBe(disk.transport().traits.publishLimit);
  });

  it('passes on an error of the producer', async () => {
    const { transport, disk } = setUp(1000);
    const broken = (async function* (): Bytes {
      yield ok(new Uint8Array(10));
      yield err(keepError('unreachable', 'read', 'the pod is gone'));
    })();
    expect((await transport.create(at('a'), broken, 20))._unsafeUnwrapErr().kind).toBe('unreachable');
    expect(disk.files().size).toBe(0);
  });
});

describe('several at once', () => {
  it('share one limit, readers and writers, of two transports too', async () => {
    const one = setUp(1000);
    const two = withThrottle(createMemoryDisk().transport(), { limit: one.limit });
    one.disk.write('log', 'x'.repeat(3000));
    const lanes = [
      ...['a', 'b', 'c'].map((name) => one.transport.create(at(name), streamOf('x'.repeat(3000)), 3000)),
      two.create(at('d'), streamOf('x'.repeat(3000)), 3000),
      readAll(one.transport, 'log', 3000),
    ];
    await Promise.all(lanes);
    expect(one.time.now()).toBeGreaterThanOrEqual(14_900);
    expect(one.time.now()).toBeLessThanOrEqual(15_000);
    expectPaced(one.flow, 1000);
  });

  it('are served in turn: a small file does not wait for a large one', async () => {
    const { time, transport } = setUp(1000);
    const large = transport.create(at('large'), streamOf('x'.repeat(100_000)), 100_000);
    expect((await transport.create(at('small'), streamOf('x'.repeat(500)), 500)).isOk()).toBe(true);
    expect(time.now()).toBeLessThan(1200);
    expect((await large).isOk()).toBe(true);
  });
});

it('saves nothing up while nothing goes by', async () => {
  const { time, transport, flow } = setUp(1000);
  await time.sleep(60_000);
  expect((await transport.create(at('a'), streamOf('x'.repeat(2000)), 2000)).isOk()).toBe(true);
  expect(time.now()).toBeGreaterThanOrEqual(61_800);
  expectPaced(flow, 1000);
});

describe('an abort', () => {
  it('ends a call that waits at once', async () => {
    for (const deed of ['read', 'create'] as const) {
      const { time, transport, disk } = setUp(1, { signal: new AbortController().signal });
      disk.write('log', 'x'.repeat(1000));
      const controller = new AbortController();
      const { signal } = controller;
      setImmediate(() => controller.abort());
      const result =
        deed === 'read'
          ? await readAll(transport, 'log', 1000, signal)
          : await transport.create(at('a'), streamOf('x'.repeat(1000)), 1000, { signal });
      expect(result._unsafeUnwrapErr().kind).toBe('aborted');
      expect(time.now()).toBe(0);
      expect([...disk.files().keys()]).toEqual(['log']);
    }
  });

  it('of the run lets everything by that still has to be written', async () => {
    const { time, transport, disk } = setUp(1, { signal: AbortSignal.abort() });
    const bytes = new TextEncoder().encode('the record of the run');
    expect((await transport.create(at('ledger'), streamOf(bytes), bytes.length)).isOk()).toBe(true);
    expect((await transport.publish({ path: at('run'), temporary: at('t'), bytes })).isOk()).toBe(true);
    expect(time.now()).toBe(0);
    expect(disk.files().size).toBe(2);
  });
});

test('the real clock waits, and is woken by an abort', async () => {
  const limit = createRateLimit(1);
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  await limit.take(1_000_000, controller.signal);
  expect(() => createRateLimit(0)).toThrow(RangeError);
});

function readAll(transport: Transport, name: string, length: number, signal?: AbortSignal) {
  return collect(readRange(transport, whole(name, length), signal && { signal }));
}

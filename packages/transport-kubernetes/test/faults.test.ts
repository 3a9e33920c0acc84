import { appendFileSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeepError, Range, Transport } from '@sessionkeep/core';
import { at, collect, nodeSha256, streamOf } from '@sessionkeep/testkit';
import type { Misbehaviour } from '@sessionkeep/testkit/exec-server';
import { withRetry } from '@sessionkeep/transfer';
import type { Result } from 'neverthrow';
import { describe, expect, it } from 'vitest';
import { openKubernetesTransport } from '../src/index.js';
import { freshFolder, HURRY, startPod, TARGET, type TestPod } from './pods.js';

const IMPATIENT = { ...HURRY, connect: 2500, answer: 2500, heartbeat: 60_000 };

interface Opened extends AsyncDisposable {
  readonly pod: TestPod;
  readonly transport: Transport;
  readonly write: (path: string, bytes: Uint8Array, ageInSeconds?: number) => void;
}

async function open(patience = HURRY): Promise<Opened> {
  const pod = await startPod();
  const root = freshFolder(pod.home, 'root');
  // What goes wrong happens after so many bytes: none of them may come compressed.
  const options = { config: pod.config, ...TARGET, path: '~/root', patience, compress: 'off' } as const;
  const opened = await openKubernetesTransport(options);
  const transport = opened._unsafeUnwrap();
  return {
    pod,
    transport,
    write: (path, bytes, age = 3600) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), bytes);
      const time = Date.now() / 1000 - age;
      utimesSync(join(root, path), time, time);
    },
    [Symbol.asyncDispose]: async () => {
      await transport.close();
      await pod[Symbol.asyncDispose]();
    },
  };
}

const noise = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => Math.imul(index + seed, 2_654_435_761) >>> 24));

const whole = (path: string, length: number): Range => ({ path: at(path), offset: 0, length });

async function readAll(
  transport: Transport,
  ranges: readonly Range[],
): Promise<Result<Uint8Array, KeepError>[]> {
  const answers: Result<Uint8Array, KeepError>[] = [];
  for await (const { chunks } of transport.read(ranges)) answers.push(await collect(chunks));
  return answers;
}

const patient = (transport: Transport): Transport =>
  withRetry(transport, { attempts: 6, wait: () => sleep(1), sha256: nodeSha256 });

describe('thousands of ranges', () => {
  it('cost one exec and three requests a batch, whatever they are', async () => {
    await using opened = await open();
    const { pod, transport, write } = opened;
    const files = Array.from({ length: 600 }, (_, index) => ({
      path: `d${index % 7}/f${index}`,
      bytes: noise(index * 3, index),
    }));
    for (const { path, bytes } of files) write(path, bytes);
    const ranges = files.map(({ path, bytes }) => whole(path, bytes.length));
    const before = pod.server.execs;
    const got = await readAll(transport, ranges);
    expect(
      got.map((one) =>
        Buffer.from(one._unsafeUnwrap()).equals(files[got.indexOf(one)]?.bytes ?? Buffer.of(1)),
      ),
    ).not.toContain(false);
    const digests: string[] = [];
    for await (const one of transport.digest(ranges)) digests.push(one._unsafeUnwrap().sha256);
    expect(digests).toEqual(files.map(({ bytes }) => nodeSha256.of(bytes)));
    // Sessions are renewed before their input could be cut.
    expect(pod.server.execs - before).toBeLessThanOrEqual(3);
  });

  it('and thousands of links are asked for in sessions that are told too little for their input to be cut', async () => {
    await using opened = await open(IMPATIENT);
    const { pod, transport, write } = opened;
    // The session that there is was begun before.
    pod.server.disconnect();
    await expect.poll(() => pod.server.running()).toBe(0);
    pod.server.misbehave({ kind: 'cut-input' });
    const name = (index: number): string => `${'long-'.repeat(40)}${index}`;
    for (let index = 0; index < 600; index++)
      write(name(index), Buffer.from(`${index}`), index % 50 === 0 ? 0 : 3600);
    for (let index = 0; index < 600; index++)
      symlinkSync(name(index), join(pod.home, 'root', `${'link-'.repeat(40)}${index}`));
    const ranges: Range[] = [];
    for await (const batch of transport.scan(at(''))) {
      for (const entry of batch._unsafeUnwrap()) {
        if (entry.kind === 'file')
          ranges.push({ path: entry.path, offset: 0, length: entry.size, identity: entry.identity });
      }
    }
    expect(ranges).toHaveLength(1200);
    const indexOf = ({ path }: Range): string => path.slice('long-'.length * 40);
    const got = await readAll(transport, ranges);
    expect(got.map((one) => Buffer.from(one._unsafeUnwrap()).toString())).toEqual(ranges.map(indexOf));
    const digests: string[] = [];
    for await (const one of transport.digest(ranges)) digests.push(one._unsafeUnwrap().sha256);
    expect(digests).toEqual(ranges.map((range) => nodeSha256.of(indexOf(range))));
  });

  it('are read with old and new, grown, shortened and missing ones among them', async () => {
    await using opened = await open();
    const { transport, write, pod } = opened;
    for (let index = 0; index < 60; index++)
      write(`f${index}`, noise(5000, index), index % 3 === 0 ? 0 : 3600);
    for (let index = 0; index < 60; index += 5) appendFileSync(join(pod.home, 'root', `f${index}`), 'grown');
    truncateSync(join(pod.home, 'root', 'f7'), 100);
    const ranges = Array.from({ length: 60 }, (_, index) =>
      index % 4 === 1
        ? { path: at(`f${index}`), offset: 1234, length: 3000 }
        : whole(index === 30 ? 'missing' : `f${index}`, 5000),
    );
    const got = await readAll(transport, ranges);
    for (const [index, one] of got.entries()) {
      if (index === 30) expect(one._unsafeUnwrapErr()).toMatchObject({ kind: 'not-found', retry: false });
      else if (index === 7) expect(one._unsafeUnwrapErr()).toMatchObject({ kind: 'short', retry: false });
      else {
        const { offset = 0, length = 0 } = ranges[index] ?? {};
        expect(
          noise(5000, index)
            .subarray(offset, offset + length)
            .equals(one._unsafeUnwrap()),
        ).toBe(true);
      }
    }
  });
});

describe('a log that grows twenty times a second', () => {
  it('is read as an exact prefix, over and over', async () => {
    await using opened = await open();
    const { transport, pod, write } = opened;
    write('log', Buffer.alloc(0), 0);
    const log = join(pod.home, 'root', 'log');
    let text = '';
    const growing = setInterval(() => {
      const line = `${text.length} ${'x'.repeat(500)}\n`;
      text += line;
      appendFileSync(log, line);
    }, 50);
    try {
      for (let times = 0; times < 15; times++) {
        await sleep(20);
        const { size } = (await transport.stat(at('log')))._unsafeUnwrap();
        const [got] = await readAll(transport, [whole('log', size)]);
        expect(Buffer.from(got?._unsafeUnwrap() ?? []).toString()).toBe(text.slice(0, size));
        for await (const digest of transport.digest([whole('log', size)])) {
          expect(digest._unsafeUnwrap().sha256).toBe(nodeSha256.of(text.slice(0, size)));
        }
      }
    } finally {
      clearInterval(growing);
    }
  });
});

describe('a file at rest that grows all the same while it is read', () => {
  it.each([5, 30_000_000])('by %i bytes has changed, and the next is served', async (more) => {
    await using opened = await open();
    const { transport, pod, write } = opened;
    write('first', noise(24_000_000, 1));
    write('second', noise(1000, 2));
    write('third', noise(1000, 3));
    const answers: string[] = [];
    const ranges = [whole('first', 24_000_000), whole('second', 1000), whole('third', 1000)];
    for await (const { range, chunks } of transport.read(ranges)) {
      let got = 0;
      let end = 'whole';
      for await (const chunk of chunks) {
        // The rest of it is still in the pod.
        if (range.path === 'first' && got === 0)
          appendFileSync(join(pod.home, 'root/second'), Buffer.alloc(more));
        if (chunk.isErr()) end = `${chunk.error.kind} ${chunk.error.retry}`;
        else got += chunk.value.length;
      }
      answers.push(`${range.path} ${got} ${end}`);
    }
    expect(answers).toEqual(['first 24000000 whole', 'second 1000 changed false', 'third 1000 whole']);
  });
});

describe('whatever goes wrong on the way', () => {
  const AFTER = [600, 2000, 9000, 40_000, 90_000, 250_000, 500_000];
  const cases: Misbehaviour[] = [
    ...(['lose-output', 'disconnect', 'kill', 'stall'] as const).flatMap((kind) =>
      AFTER.map((after) => ({ kind, after })),
    ),
    { kind: 'refuse', status: 503, message: 'away' },
    { kind: 'status-first' },
    { kind: 'noise' },
    { kind: 'crumbs' },
    { kind: 'cut-input' },
    { kind: 'cut-input', after: 9000 },
  ];
  it.each(cases)(
    'bytes are whole in the end, or an error says that they are not: %j',
    async (misbehaviour) => {
      await using opened = await open(misbehaviour.kind === 'crumbs' ? HURRY : IMPATIENT);
      const { transport, pod, write } = opened;
      const size = misbehaviour.kind === 'crumbs' ? 300 : 6000;
      const files = Array.from({ length: 80 }, (_, index) => ({
        path: `f${index}`,
        bytes: noise(index === 40 ? 20 * size : size, index),
      }));
      for (const [index, { path, bytes }] of files.entries()) write(path, bytes, index % 9 === 0 ? 0 : 3600);
      const ranges = files.map(({ path, bytes }) => whole(path, bytes.length));
      // What is idle was opened before: only fresh execs misbehave.
      pod.server.disconnect();
      await expect.poll(() => pod.server.running()).toBe(0);
      pod.server.misbehave(misbehaviour, 3);
      const got = await readAll(patient(transport), ranges);
      expect(got).toHaveLength(files.length);
      for (const [index, one] of got.entries()) {
        expect(
          one.map((bytes) => files[index]?.bytes.equals(bytes)).unwrapOr(false),
          files[index]?.path,
        ).toBe(true);
      }
      pod.server.misbehave(misbehaviour, 2);
      for await (const digest of patient(transport).digest(ranges.slice(0, 20))) {
        const { range, sha256 } = digest._unsafeUnwrap();
        expect(sha256).toBe(nodeSha256.of(files[ranges.indexOf(range)]?.bytes ?? ''));
      }
    },
  );

  it('without patience no range is short and fine', async () => {
    await using opened = await open(IMPATIENT);
    const { transport, pod, write } = opened;
    for (let index = 0; index < 30; index++) write(`f${index}`, noise(20_000, index));
    const ranges = Array.from({ length: 30 }, (_, index) => whole(`f${index}`, 20_000));
    for (const kind of ['lose-output', 'disconnect', 'kill'] as const) {
      for (const after of [700, 3000, 20_000, 100_000, 333_333]) {
        pod.server.disconnect();
        await expect.poll(() => pod.server.running()).toBe(0);
        pod.server.misbehave({ kind, after }, 1);
        const before = pod.server.execs;
        const got = await readAll(transport, ranges);
        // It was met: the rest took another exec. A range of which nothing was handed on yet may be read anew, and is fine.
        expect(pod.server.execs - before).toBeGreaterThan(1);
        for (const [index, one] of got.entries()) {
          if (one.isOk()) expect(noise(20_000, index).equals(one.value)).toBe(true);
          else expect(one.error.retry, one.error.message).toBe(true);
        }
      }
    }
  });

  it('bytes lost in the middle are an error that nobody goes on from', async () => {
    await using opened = await open();
    const { transport, pod, write } = opened;
    write('file', noise(200_000, 1));
    pod.server.disconnect();
    await expect.poll(() => pod.server.running()).toBe(0);
    pod.server.misbehave({ kind: 'lose-middle', after: 100_000, bytes: 5 }, 1);
    const [got] = await readAll(patient(transport), [whole('file', 200_000)]);
    expect(got?._unsafeUnwrapErr()).toMatchObject({ kind: 'changed', retry: false });
    const [again] = await readAll(transport, [whole('file', 200_000)]);
    expect(again?.map((bytes) => noise(200_000, 1).equals(bytes))._unsafeUnwrap()).toBe(true);
  });
});

describe('an image', () => {
  it('that lacks tools is refused with their names, and the way out', async () => {
    const only = ['sh', 'cat', 'head', 'stat', 'dd', 'sha256sum'];
    await using pod = await startPod({ userland: { kind: 'machine', only } });
    const refused = await openKubernetesTransport({ config: pod.config, ...TARGET, path: '~' });
    const error = refused._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unsupported', retry: false });
    expect(error.message).toMatch(/lacks what reading needs: .*find.*readlink.*xargs/);
    expect(error.hint).toContain('CronJob');
  });

  it('that can be read but not written says so when it is to be written', async () => {
    const only = ['sh', 'cat', 'head', 'stat', 'dd', 'sha256sum', 'find', 'xargs', 'readlink'];
    await using pod = await startPod({ userland: { kind: 'machine', only } });
    const opened = await openKubernetesTransport({ config: pod.config, ...TARGET, path: '~' });
    const transport = opened._unsafeUnwrap();
    expect((await transport.list(at('')))._unsafeUnwrap()).toEqual([]);
    const made = await transport.create(at('file'), streamOf('x'), 1);
    expect(made._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported' });
    expect(made._unsafeUnwrapErr().message).toContain('touch');
    await transport.close();
  });
});

describe('a pod that is gone', () => {
  it('is not asked for again for each of many files', async () => {
    await using opened = await open();
    const { pod, transport } = opened;
    pod.server.setPods([]);
    pod.server.kill();
    await expect.poll(() => pod.server.running()).toBe(0);
    const before = pod.server.requests.length;
    for (let index = 0; index < 200; index++) {
      const error = (await transport.stat(at(`f${index}`)))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: 'unreachable', retry: false, path: `f${index}` });
    }
    expect(pod.server.requests.length - before).toBeLessThan(20);
    await transport.close();
  });
});

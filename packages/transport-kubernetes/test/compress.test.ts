import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeepError, Range, Transport } from '@sessionkeep/core';
import { at, collect, nodeSha256 } from '@sessionkeep/testkit';
import type { Misbehaviour } from '@sessionkeep/testkit/exec-server';
import { withRetry } from '@sessionkeep/transfer';
import type { Result } from 'neverthrow';
import { describe, expect, it } from 'vitest';
import { openKubernetesTransport, type Compress } from '../src/index.js';
import { freshFolder, HURRY, leftOut, startPod, TARGET, VARIETIES, type TestPod } from './pods.js';

const IMPATIENT = { ...HURRY, connect: 2500, answer: 2500 };

async function open({ config }: TestPod, compress: Compress, patience = HURRY): Promise<Transport> {
  const options = { config, ...TARGET, path: '~/root', patience, compress };
  return (await openKubernetesTransport(options))._unsafeUnwrap();
}

const patient = (transport: Transport): Transport =>
  withRetry(transport, { attempts: 6, wait: () => sleep(1), sha256: nodeSha256 });

const noise = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => Math.imul(index + seed, 2_654_435_761) >>> 24));

/** Text, noise, nothing, old and new, small and larger than what is asked for at once. */
const FILES: readonly { readonly path: string; readonly bytes: Buffer; readonly age: number }[] = [
  {
    path: 'text',
    bytes: Buffer.from('{"type":"user","text":"what is said again and again"}\n'.repeat(40_000)),
    age: 3600,
  },
  ...Array.from({ length: 30 }, (_, index) => ({
    path: `d/${index}`,
    bytes: index % 2 === 0 ? noise(3000 * index, index) : Buffer.from(`${index}\n`.repeat(index * 400)),
    age: index % 5 === 0 ? 0 : 3600,
  })),
  { path: 'noise', bytes: noise(700_000, 7), age: 3600 },
];

function fill(pod: TestPod): Range[] {
  const root = freshFolder(pod.home, 'root');
  return FILES.map(({ path, bytes, age }, index) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
    const time = Date.now() / 1000 - age;
    utimesSync(join(root, path), time, time);
    const offset = index % 7 === 6 ? 5 : 0;
    return { path: at(path), offset, length: bytes.length - offset };
  });
}

async function readAll(
  transport: Transport,
  ranges: readonly Range[],
): Promise<Result<Uint8Array, KeepError>[]> {
  const answers: Result<Uint8Array, KeepError>[] = [];
  for await (const { chunks } of transport.read(ranges)) answers.push(await collect(chunks));
  return answers;
}

/** Of each range: `whole`, or how it failed. Bytes that are others are neither. */
function outcomes(ranges: readonly Range[], got: readonly Result<Uint8Array, KeepError>[]): string[] {
  return got.map((one, index) => {
    if (one.isErr()) return `${one.error.kind} ${one.error.retry}`;
    const { offset = 0, length = 0 } = ranges[index] ?? {};
    return FILES[index]?.bytes.subarray(offset, offset + length).equals(one.value) === true
      ? 'whole'
      : 'OTHER BYTES';
  });
}

const WHOLE = FILES.map(() => 'whole');

describe.each(VARIETIES)('what comes compressed, with $name', ({ options, obstacle }) => {
  it.skipIf(leftOut(obstacle))('is what lies there, in one exec, and fewer bytes', async () => {
    await using pod = await startPod(options);
    const ranges = fill(pod);
    const written: number[] = [];
    for (const compress of ['off', 'on', 'auto'] as const) {
      const before = pod.server.bytesOut;
      const transport = await open(pod, compress);
      expect(outcomes(ranges, await readAll(transport, ranges))).toEqual(WHOLE);
      // Whoever leaves ranges unread, or stops, gets the next ones all the same.
      let turn = 0;
      for await (const { range, chunks } of transport.read(ranges)) {
        if (turn++ % 3 === 0) continue;
        const got = await collect(chunks);
        expect(got._unsafeUnwrap().length).toBe(range.length);
        if (turn > 20) break;
      }
      expect(outcomes(ranges, await readAll(transport, ranges))).toEqual(WHOLE);
      await transport.close();
      written.push(pod.server.bytesOut - before);
    }
    const [off = 0, on = 0] = written;
    expect(on).toBeLessThan(off / 2);
  });
});

describe('whatever goes wrong with what comes compressed', () => {
  const cases: Misbehaviour[] = [
    ...(['lose-output', 'disconnect', 'kill', 'stall'] as const).flatMap((kind) =>
      [500, 5000, 30_000, 100_000, 400_000, 700_000].map((after) => ({ kind, after })),
    ),
    { kind: 'noise' },
    { kind: 'status-first' },
  ];
  it.each(cases)('bytes are whole in the end: %j', async (misbehaviour) => {
    await using pod = await startPod();
    const ranges = fill(pod);
    const transport = await open(pod, 'on', IMPATIENT);
    pod.server.disconnect();
    await expect.poll(() => pod.server.running()).toBe(0);
    pod.server.misbehave(misbehaviour, 3);
    expect(outcomes(ranges, await readAll(patient(transport), ranges))).toEqual(WHOLE);
    await transport.close();
  });

  it('bytes that are lost in the middle are an error from which nobody goes on', async () => {
    await using pod = await startPod();
    const ranges = fill(pod);
    const transport = await open(pod, 'on');
    for (const after of [20_000, 60_000, 300_000, 600_000]) {
      pod.server.disconnect();
      await expect.poll(() => pod.server.running()).toBe(0);
      pod.server.misbehave({ kind: 'lose-middle', after, bytes: 5 }, 1);
      const seen = outcomes(ranges, await readAll(transport, ranges));
      expect(seen.filter((one) => one !== 'whole')).not.toEqual([]);
      expect(seen).not.toContain('OTHER BYTES');
    }
    await transport.close();
  });
});

describe('a gzip that is none', () => {
  const gzips = {
    'breaks it': '/usr/bin/gzip -1 | { head -c 20000; printf bad; head -c 3 >/dev/null; cat; }',
    'gives what it takes': 'cat',
    fails: 'cat >/dev/null; exit 1',
    'is not there after all': 'exit 127',
    'ends early': 'head -c 100000 | /usr/bin/gzip -1',
    'is cut': '/usr/bin/gzip -1 | head -c 30000',
    'adds what nobody asked for': '{ cat; head -c 1000 /dev/zero; } | /usr/bin/gzip -1',
    'gives far too much': 'head -c 300000000 /dev/zero | /usr/bin/gzip -1',
    'never ends': '/usr/bin/gzip -1 </dev/zero',
    'is endless and empty':
      'cd "$HOME"; /usr/bin/gzip </dev/null >e; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do cat e e >f; mv f e; done; ' +
      'while cat e; do :; done',
  };
  it.each(Object.entries(gzips))('and %s is an error, and not used again', async (_, gzip) => {
    await using pod = await startPod({ userland: { kind: 'machine', instead: { gzip } } });
    const ranges = fill(pod);
    const transport = await open(pod, 'on', IMPATIENT);
    const before = process.memoryUsage().arrayBuffers;
    const seen = outcomes(ranges, await readAll(transport, ranges));
    expect(seen).not.toContain('OTHER BYTES');
    expect(seen.filter((one) => one !== 'whole')).not.toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    expect(outcomes(ranges, await readAll(transport, ranges))).toEqual(WHOLE);
    await transport.close();
  });

  it('is needed only where it was asked for', async () => {
    const only = ['sh', 'cat', 'head', 'stat', 'dd', 'sha256sum', 'find', 'xargs', 'readlink'];
    await using pod = await startPod({ userland: { kind: 'machine', only } });
    const ranges = fill(pod);
    const transport = await open(pod, 'auto');
    expect(outcomes(ranges, await readAll(transport, ranges))).toEqual(WHOLE);
    await transport.close();
    const options = { config: pod.config, ...TARGET, path: '~/root', compress: 'on' } as const;
    const refused = (await openKubernetesTransport(options))._unsafeUnwrapErr();
    expect(refused.kind).toBe('unsupported');
    expect(refused.message).toContain('gzip');
  });
});

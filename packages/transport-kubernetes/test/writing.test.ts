import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok } from 'neverthrow';
import type { Bytes, Transport } from '@sessionkeep/core';
import { at, streamOf } from '@sessionkeep/testkit';
import type { Misbehaviour } from '@sessionkeep/testkit/exec-server';
import { describe, expect, it } from 'vitest';
import { openKubernetesTransport } from '../src/index.js';
import { freshFolder, HURRY, leftOut, startPod, TARGET, VARIETIES, type TestPod } from './pods.js';

const IMPATIENT = { ...HURRY, connect: 1500, answer: 1500 };
/** More than is gathered and sent at once. */
const LENGTH = 2_500_003;
const MIDDLE = 1_500_000;
const CONTENT = Buffer.from(Array.from({ length: LENGTH }, (_, index) => (index * 7919) >> 3));

interface Opened extends AsyncDisposable {
  readonly pod: TestPod;
  readonly root: string;
  readonly transport: Transport;
}

async function open(options: Parameters<typeof startPod>[0] = {}): Promise<Opened> {
  const pod = await startPod(options);
  const root = freshFolder(pod.home, 'root');
  const opened = await openKubernetesTransport({
    config: pod.config,
    ...TARGET,
    path: '~/root',
    patience: IMPATIENT,
  });
  const transport = opened._unsafeUnwrap();
  return {
    pod,
    root,
    transport,
    [Symbol.asyncDispose]: async () => {
      await transport.close();
      await pod[Symbol.asyncDispose]();
    },
  };
}

/** Only fresh execs misbehave. */
async function misbehave({ pod }: Opened, misbehaviour: Misbehaviour, times?: number): Promise<void> {
  pod.server.disconnect();
  await expect.poll(() => pod.server.running()).toBe(0);
  pod.server.misbehave(misbehaviour, times);
}

/** The content, with something that happens between two of its pieces. */
async function* interrupted(happens: () => void): Bytes {
  yield ok(CONTENT.subarray(0, MIDDLE));
  happens();
  yield ok(CONTENT.subarray(MIDDLE));
}

const isWhole = (root: string): boolean => readFileSync(join(root, 'file')).equals(CONTENT);

describe.each(VARIETIES)('input that is cut, with $name', ({ options, obstacle }) => {
  it.skipIf(leftOut(obstacle))('is gone on with in other sessions, until the file is whole', async () => {
    await using opened = await open(options);
    const { pod, root, transport } = opened;
    await misbehave(opened, { kind: 'cut-input' });
    const made = await transport.create(at('file'), streamOf(CONTENT), LENGTH, {
      mtime: 1_700_000_000_000_000_000n,
    });
    expect(made._unsafeUnwrap()).toMatchObject({ size: LENGTH, mtime: 1_700_000_000_000_000_000n });
    expect([isWhole(root), readdirSync(root)]).toEqual([true, ['file']]);
    // How much is taken was found out once: no session is told more again, and none is waited for.
    const execs = pod.server.execs;
    const rest = CONTENT.subarray(MIDDLE);
    const cut = await transport.append(at('file'), MIDDLE, streamOf(rest), rest.length);
    expect([cut._unsafeUnwrap().size, isWhole(root)]).toEqual([LENGTH, true]);
    expect(pod.server.execs - execs).toBeLessThanOrEqual(10);
  });
});

describe('input that is cut', () => {
  it('early takes small pieces', async () => {
    await using opened = await open();
    await misbehave(opened, { kind: 'cut-input', after: 60_000 });
    const { root, transport } = opened;
    expect((await transport.create(at('file'), streamOf(CONTENT), LENGTH)).isOk()).toBe(true);
    expect([isWhole(root), readdirSync(root)]).toEqual([true, ['file']]);
  });

  it('before any of it arrives is an error that says so, and leaves no file', async () => {
    await using opened = await open();
    const { root, transport } = opened;
    writeFileSync(join(root, 'log'), 'log', { mode: 0o666 });
    // The script passes, and little else.
    await misbehave(opened, { kind: 'cut-input', after: 10_500 });
    const made = await transport.create(at('file'), streamOf(CONTENT), LENGTH);
    expect(made._unsafeUnwrapErr()).toMatchObject({ kind: 'timeout', retry: true });
    expect(made._unsafeUnwrapErr().message).toMatch(
      /nothing came .*; 0 bytes had arrived, and no other session/,
    );
    await expect.poll(() => readdirSync(root), { timeout: 10_000 }).toEqual(['log']);
  });
});

describe('a connection that breaks while a file is written', () => {
  it('is made again, and the file goes on where it was', async () => {
    await using opened = await open();
    const { pod, root, transport } = opened;
    const made = await transport.create(
      at('file'),
      interrupted(() => pod.server.disconnect()),
      LENGTH,
    );
    expect([made.isOk(), isWhole(root)]).toEqual([true, true]);
    const added = await transport.append(
      at('file'),
      0,
      interrupted(() => pod.server.disconnect()),
      LENGTH,
    );
    expect([added.isOk(), isWhole(root)]).toEqual([true, true]);
    // A container that was started again, with the same volume.
    expect(
      (
        await transport.append(
          at('file'),
          0,
          interrupted(() => pod.server.kill()),
          LENGTH,
        )
      ).isOk(),
    ).toBe(true);
    expect((await transport.remove(at('file'))).isOk()).toBe(true);
    expect(
      (
        await transport.create(
          at('file'),
          interrupted(() => pod.server.kill()),
          LENGTH,
        )
      ).isOk(),
    ).toBe(true);
    expect([isWhole(root), readdirSync(root), statSync(join(root, 'file')).mode & 0o777]).toEqual([
      true,
      ['file'],
      0o600,
    ]);
  });

  it('to a pod that is gone is an error that no repetition solves', async () => {
    await using opened = await open();
    const { pod, root, transport } = opened;
    const deleted = (): void => {
      pod.server.setPods([]);
      pod.server.disconnect();
    };
    const made = await transport.create(at('file'), interrupted(deleted), LENGTH);
    expect(made._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: false });
    // What is under way there goes, when nobody comes for it.
    await expect.poll(() => readdirSync(root), { timeout: 10_000 }).toEqual([]);
  });

  it('ends with the run that is cancelled', async () => {
    await using opened = await open();
    const { pod, transport } = opened;
    const controller = new AbortController();
    const away = (): void => {
      pod.server.misbehave({ kind: 'refuse', status: 503, message: 'away' });
      pod.server.disconnect();
      setTimeout(() => controller.abort(), 100);
    };
    const { signal } = controller;
    const made = await transport.create(at('file'), interrupted(away), LENGTH, { signal });
    expect(made._unsafeUnwrapErr().kind).toBe('aborted');
  });
});

describe('whatever goes wrong while a file is written', () => {
  const cases = (['lose-output', 'disconnect', 'kill', 'stall'] as const).flatMap((kind) =>
    [0, 30, 200, 340, 400, 450, 500].map((after) => ({ kind, after })),
  );
  it.each(cases)('it is whole in the end, or not there: %j', async (misbehaviour) => {
    await using opened = await open();
    const { pod, root, transport } = opened;
    await misbehave(opened, misbehaviour, 2);
    const made = await transport.create(at('file'), streamOf(CONTENT), LENGTH);
    if (made.isOk()) expect(isWhole(root)).toBe(true);
    else {
      expect(made.error.retry).toBe(true);
      pod.server.disconnect();
      await expect.poll(() => pod.server.running(), { timeout: 20_000 }).toBe(0);
      // Made, and the answer lost: whoever tries again finds it.
      const there = readdirSync(root).filter((name) => name === 'file');
      if (there.length > 0) expect(isWhole(root)).toBe(true);
    }
    const added = await transport.append(at('file'), 10, streamOf(CONTENT.subarray(10)), LENGTH - 10);
    if (made.isOk()) expect([added.isOk(), isWhole(root)]).toEqual([true, true]);
  });
});

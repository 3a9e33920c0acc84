import { createCipheriv } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, type Result } from 'neverthrow';
import type { KeepError, Range, Transport } from '@sessionkeep/core';
import { at, collect, nodeSha256 } from '@sessionkeep/testkit';
import { withRetry } from '@sessionkeep/transfer';
import { describe, expect, it } from 'vitest';
import { openKubernetesTransport, type Compress } from '../src/index.js';
import { freshFolder, HURRY, startPod, TARGET, type TestPod } from './pods.js';

const SIZE = 24_000_000;
// No compression makes it small.
const CONTENT = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(SIZE));
const RANGE: Range = { path: at('log'), offset: 0, length: SIZE };

interface Opened extends AsyncDisposable {
  readonly pod: TestPod;
  readonly transport: Transport;
  /** The same, tried again up to four times; what was asked for each time is noted. */
  readonly patient: Transport;
  readonly asked: Range[];
}

async function open(patience = HURRY, compress: Compress = 'off'): Promise<Opened> {
  const pod = await startPod();
  const root = freshFolder(pod.home, 'root');
  writeFileSync(join(root, 'log'), CONTENT);
  utimesSync(join(root, 'log'), 1_700_000_000, 1_700_000_000);
  mkdirSync(join(root, 'folder'));
  const options = { config: pod.config, ...TARGET, path: '~/root', patience, compress };
  const transport = (await openKubernetesTransport(options))._unsafeUnwrap();
  const asked: Range[] = [];
  const noting: Transport = {
    ...transport,
    read: (ranges, callOptions) => {
      asked.push(...ranges);
      return transport.read(ranges, callOptions);
    },
  };
  const patient = withRetry(noting, { attempts: 4, wait: () => sleep(5), sha256: nodeSha256 });
  return {
    pod,
    transport,
    patient,
    asked,
    [Symbol.asyncDispose]: async () => {
      await transport.close();
      await pod[Symbol.asyncDispose]();
    },
  };
}

/** Reads the log, with something that happens once some of it came. */
async function read(
  transport: Transport,
  happens: () => void = () => undefined,
): Promise<Result<Uint8Array, KeepError>> {
  for await (const { chunks } of transport.read([RANGE])) {
    const pieces = (async function* () {
      let count = 0;
      for await (const chunk of chunks) {
        yield chunk.map((bytes) => Uint8Array.from(bytes));
        if (++count === 20) happens();
      }
    })();
    return await collect(pieces);
  }
  return ok(new Uint8Array());
}

type Happens = (pod: TestPod) => void;
const away =
  (status: number, message: string): Happens =>
  (pod) => {
    pod.server.misbehave({ kind: 'refuse', status, message });
    pod.server.disconnect();
  };

describe.each(['off', 'on'] as const)(
  'in the middle of a file that comes with compression %s',
  (compress) => {
    const mended: Record<string, Happens> = {
      'the connection breaks (1006)': (pod) => pod.server.disconnect(),
      'the command is killed': (pod) => pod.server.kill(),
      'the API server is away for a moment': (pod) => {
        pod.server.misbehave({ kind: 'refuse', status: 503, message: 'away' }, 2);
        pod.server.disconnect();
      },
      'the container is started again': (pod) => {
        pod.server.misbehave({ kind: 'refuse', status: 500, message: 'container not found ("main")' }, 2);
        pod.server.kill();
      },
      'too many ask at once': (pod) => {
        pod.server.misbehave({ kind: 'refuse', status: 429, message: 'later' }, 1);
        pod.server.disconnect();
      },
    };
    it.each(Object.entries(mended))(
      '%s: it goes on behind the last byte that was counted',
      async (_, happens) => {
        await using opened = await open(HURRY, compress);
        const { pod, patient, asked } = opened;
        const got = await read(patient, () => happens(pod));
        expect(got.map((bytes) => CONTENT.equals(bytes))._unsafeUnwrap()).toBe(true);
        expect(asked.length).toBeGreaterThan(1);
        // Nothing is asked for twice, and nothing is left out.
        const last = asked.at(-1);
        expect(last?.offset).toBeGreaterThan(64 * 1024);
        expect((last?.offset ?? 0) + (last?.length ?? 0)).toBe(SIZE);
      },
    );

    const lasting: Record<string, readonly [Happens, KeepError['kind'], boolean, RegExp]> = {
      'the pod is deleted': [
        (pod) => {
          pod.server.setPods([]);
          pod.server.kill();
        },
        'unreachable',
        false,
        /pods "pod" not found/,
      ],
      'the rights are taken away': [
        away(403, 'pods/exec is forbidden'),
        'denied',
        false,
        /pods\/exec is forbidden/,
      ],
      'the token runs out': [away(401, 'Unauthorized'), 'denied', false, /Unauthorized/],
      'the API server stays away': [
        away(503, 'the server is currently unable'),
        'unreachable',
        true,
        /unable/,
      ],
      'the container does not come back': [
        away(500, 'container not found ("main")'),
        'unreachable',
        true,
        /container not found/,
      ],
    };
    it.each(Object.entries(lasting))(
      '%s: it is an error that says so',
      async (_, [happens, kind, retry, text]) => {
        await using opened = await open(HURRY, compress);
        const { pod, patient } = opened;
        const error = (await read(patient, () => happens(pod)))._unsafeUnwrapErr();
        expect(error).toMatchObject({ kind, retry });
        expect(error.message).toMatch(text);
      },
    );
  },
);

describe.each(['off', 'auto'] as const)('a long file, with compression %s', (compress) => {
  const swaps: Record<string, readonly [happens: (file: string) => void, ends: string]> = {
    'that another one takes the place of has changed, though it is as long and as old': [
      (file) => {
        writeFileSync(`${file}.new`, Buffer.alloc(SIZE, 'x'));
        utimesSync(`${file}.new`, 1_700_000_000, 1_700_000_000);
        renameSync(`${file}.new`, file);
      },
      'changed false',
    ],
    'that is rewritten in its place has changed': [
      (file) => {
        const handle = openSync(file, 'r+');
        writeSync(handle, 'x', SIZE - 10);
        closeSync(handle);
      },
      'changed false',
    ],
    'that is looked at by others is what was asked for': [(file) => void readFileSync(file), 'ok'],
  };
  it.each(Object.entries(swaps))('%s', async (_, [happens, ends]) => {
    await using opened = await open(HURRY, compress);
    const { pod, transport } = opened;
    const got = await read(transport, () => happens(join(pod.home, 'root/log')));
    expect(got.isErr() ? `${got.error.kind} ${got.error.retry}` : 'ok').toBe(ends);
    // Whoever asks for what is there now gets it.
    expect((await read(transport))._unsafeUnwrap().length).toBe(SIZE);
  });
});

describe('a server that does not answer', () => {
  it('to pings is left before the deadline', async () => {
    await using opened = await open({ ...HURRY, heartbeat: 100 });
    const { pod, transport } = opened;
    pod.server.disconnect();
    await expect.poll(() => pod.server.running()).toBe(0);
    pod.server.misbehave({ kind: 'stall', after: 3_000_000 }, 1);
    const error = (await read(transport))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'timeout', retry: true });
    expect(error.message).toContain('no sign of life');
    expect((await read(transport)).isOk()).toBe(true);
  });

  it('is an error of every call at its deadline, and of none but those', async () => {
    await using opened = await open({ ...HURRY, connect: 700, answer: 700 });
    const { pod, transport } = opened;
    pod.server.misbehave({ kind: 'stall' });
    const told: string[] = [];
    const tell = (result: Result<unknown, KeepError>): void => {
      told.push(result.isErr() ? `${result.error.kind} ${result.error.retry}` : 'ok');
    };
    pod.server.disconnect();
    await expect.poll(() => pod.server.running()).toBe(0);
    tell(await transport.stat(at('log')));
    tell(await transport.list(at('')));
    tell(await read(transport));
    for await (const one of transport.digest([RANGE])) tell(one);
    for await (const one of transport.scan(at(''))) tell(one);
    tell(await transport.rename(at('log'), at('gol')));
    expect(new Set(told)).toEqual(new Set(['timeout true']));
    pod.server.misbehave(null);
    expect((await transport.stat(at('log')))._unsafeUnwrap().size).toBe(SIZE);
  });
});

describe('what cannot be opened', () => {
  const states: Record<string, readonly [Happens, KeepError['kind'], boolean]> = {
    'a pod that there is not': [(pod) => pod.server.setPods([]), 'unreachable', false],
    'a pod that is not running yet': [
      (pod) => pod.server.setPods([{ name: 'pod', phase: 'Pending' }]),
      'unreachable',
      true,
    ],
    'a container that there is not': [
      (pod) => pod.server.setPods([{ name: 'pod', containers: ['other'] }]),
      'unreachable',
      false,
    ],
    'a cluster that does not know us': [away(401, 'Unauthorized'), 'denied', false],
    'a cluster that does not let us': [away(403, 'forbidden'), 'denied', false],
    'an API server that is starting': [away(503, 'starting'), 'unreachable', true],
  };
  it.each(Object.entries(states))('says so: %s', async (_, [happens, kind, retry]) => {
    await using pod = await startPod();
    happens(pod);
    const options = { config: pod.config, ...TARGET, path: '~', patience: HURRY };
    expect((await openKubernetesTransport(options))._unsafeUnwrapErr()).toMatchObject({ kind, retry });
  });
});

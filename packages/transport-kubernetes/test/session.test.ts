import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Misbehaviour } from '@sessionkeep/testkit/exec-server';
import type { Result } from 'neverthrow';
import { describe, expect, it } from 'vitest';
import { encodeList, partEntry } from '../src/agent/words.js';
import { ExecChannel } from '../src/exec/exec-channel.js';
import type { Problem } from '../src/failure.js';
import { Session } from '../src/session/session.js';
import { connectTo, HURRY, startPod, TARGET, VARIETIES, leftOut, type TestPod } from './pods.js';

const LENGTH = 300_000;
const CONTENT = Buffer.from(Array.from({ length: LENGTH }, (_, index) => (index * 7919) >> 3));

const open = (pod: TestPod, patience = HURRY): Promise<Result<Session, Problem>> =>
  Session.open(connectTo(pod.config, patience), '~', patience);

/** Reads the file over a session of its own: the bytes, or why not. */
async function read(pod: TestPod, patience = HURRY): Promise<Buffer | Problem> {
  const session = await open(pod, patience);
  if (session.isErr()) return session.error;
  const { mark } = session.value.opened;
  if (mark === null) throw new Error('there is no mark');
  const body = encodeList(['./file', mark.path]);
  const sent = await session.value.send({ words: ['cat', String(body.length)], body });
  if (sent.isErr()) return sent.error;
  const pieces: Buffer[] = [];
  for await (const piece of session.value.until(mark.bytes)) {
    if (piece.isErr()) return piece.error;
    pieces.push(Buffer.from(piece.value));
  }
  const end = await session.value.end();
  if (end.isErr()) return end.error;
  session.value.close();
  return Buffer.concat(pieces);
}

async function podWithFile(options: Parameters<typeof startPod>[0] = {}): Promise<TestPod> {
  const pod = await startPod(options);
  writeFileSync(join(pod.home, 'file'), CONTENT);
  return pod;
}

describe.each(VARIETIES)('a session with $name', ({ options, obstacle }) => {
  it.skipIf(leftOut(obstacle))(
    'answers one request after another in one exec, and ends when told to',
    async () => {
      await using pod = await podWithFile(options);
      const session = (await open(pod))._unsafeUnwrap();
      expect(session.opened.root).toBe(pod.home);
      for (let times = 0; times < 3; times++) {
        const listed = (await session.ask({ words: ['list', '.'] }))._unsafeUnwrap();
        expect(listed.payload.toString()).toMatch(/^\.\/file\/\//);
        const body = encodeList([partEntry('file', 10, 5)]);
        const part = (await session.ask({ words: ['parts', String(body.length)], body }))._unsafeUnwrap();
        expect(part.payload.subarray(0, 5).equals(CONTENT.subarray(10, 15))).toBe(true);
      }
      expect(pod.server.execs).toBe(1);
      session.close();
      await expect.poll(() => pod.server.running()).toBe(0);
      expect(await read(pod)).toEqual(CONTENT);
    },
  );

  it.skipIf(leftOut(obstacle))(
    'that is left to itself ends in the pod when its connection does',
    async () => {
      await using pod = await podWithFile(options);
      const session = (await open(pod))._unsafeUnwrap();
      pod.server.disconnect();
      const asked = await session.ask({ words: ['list', '.'] });
      expect(asked._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: true });
      await expect.poll(() => pod.server.running(), { timeout: 10_000 }).toBe(0);
    },
  );
});

describe('bytes that are lost', () => {
  const AFTER = [
    0, 1, 20, 33, 90, 150, 250, 400, 1000, 65_536, 200_000, 300_100, 300_200, 300_240, 300_250, 300_300,
  ];
  const KINDS = ['lose-output', 'disconnect', 'kill'] as const;

  it.each(KINDS)('are an error that allows to try again, wherever it happens: %s', async (kind) => {
    await using pod = await podWithFile();
    const outcomes: string[] = [];
    for (const after of AFTER) {
      pod.server.misbehave({ kind, after });
      const got = await read(pod);
      if (Buffer.isBuffer(got)) expect(got.equals(CONTENT)).toBe(true);
      else expect(got).toMatchObject({ kind: 'unreachable', retry: true });
      outcomes.push(Buffer.isBuffer(got) ? 'whole' : 'error');
    }
    // Some happen where all has been said.
    expect(outcomes.filter((one) => one === 'error').length).toBeGreaterThan(10);
    pod.server.misbehave(null);
    expect(await read(pod)).toEqual(CONTENT);
  });

  it('in the middle do not go unnoticed: what comes is shorter by them', async () => {
    await using pod = await podWithFile();
    pod.server.misbehave({ kind: 'lose-middle', after: 100_000, bytes: 3 });
    const got = await read(pod);
    expect(Buffer.isBuffer(got) && got.length).toBe(LENGTH - 3);
  });

  const harmless: Misbehaviour[] = [
    { kind: 'status-first' },
    { kind: 'early-status', after: 1000 },
    { kind: 'noise' },
    { kind: 'crumbs' },
    { kind: 'cut-input' },
  ];
  it.each(harmless)('are not those of $kind, which does no harm', async (misbehaviour) => {
    await using pod = await podWithFile({ misbehaviour });
    expect(await read(pod)).toEqual(CONTENT);
  });
});

describe('who does not answer', () => {
  const IMPATIENT = { ...HURRY, connect: 1500, answer: 1500, heartbeat: 60_000 };

  it('is given up at the deadline, and may be tried again', async () => {
    await using pod = await podWithFile();
    for (const misbehaviour of [{ kind: 'stall' }, { kind: 'stall', after: 200_000 }] as const) {
      pod.server.misbehave(misbehaviour);
      expect(await read(pod, IMPATIENT)).toMatchObject({ kind: 'timeout', retry: true });
    }
    pod.server.misbehave({ kind: 'cut-input', after: 100 });
    expect(await read(pod, IMPATIENT)).toMatchObject({ kind: 'timeout', retry: true });
  });

  it('not even to pings is noticed before', async () => {
    await using pod = await podWithFile({ misbehaviour: { kind: 'stall', after: 1000 } });
    const got = await read(pod, { ...HURRY, connect: 60_000, answer: 60_000, heartbeat: 200 });
    expect(got).toMatchObject({ kind: 'timeout', retry: true, text: 'the server gave no sign of life' });
  });

  it('because we do not read is not given up', async () => {
    await using pod = await podWithFile();
    const channel = (
      await ExecChannel.open(
        pod.config,
        TARGET,
        ['sh', '-c', 'head -c 60000000 /dev/zero; touch said; read _'],
        {
          ...HURRY,
          heartbeat: 100,
        },
      )
    )._unsafeUnwrap();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(channel.alive).toBe(true);
    // The command itself is made to wait: what we hold is bounded.
    expect(existsSync(join(pod.home, 'said'))).toBe(false);
    let bytes = 0;
    while (bytes < 60_000_000) bytes += (await channel.read())._unsafeUnwrap().length;
    expect(bytes).toBe(60_000_000);
    channel.close(Buffer.from('\n'));
    await expect.poll(() => pod.server.running()).toBe(0);
  });
});

describe('a pod that answers what it likes', () => {
  const liars = {
    'for ever': 'cat /dev/zero',
    'lines for ever': 'yes',
    'nothing that is asked for': 'head -c 10000 /dev/urandom; read _',
    'with the right mark and the wrong number':
      'head -c 100000 >/dev/null & printf "\\n$NONCE 7 ok\\n"; read _; sleep 60',
    'with a status that there is not': 'printf "\\n$NONCE 0 splendid\\n"; sleep 60',
    'and no end of its last line': 'printf "\\n$NONCE 0 "; cat /dev/zero',
    'with a folder that is none':
      'printf "\\n$NONCE 0 ok\\nrelative\\0001\\000/proc/1/cmdline\\000x\\n$NONCE 1 ok\\n"; sleep 60',
    'with a mark from elsewhere':
      'printf "\\n$NONCE 0 ok\\n/\\0001\\000/etc/passwd\\000x\\n$NONCE 1 ok\\n"; sleep 60',
  };
  it.each(Object.entries(liars))('is not believed: %s', async (_, script) => {
    await using pod = await startPod();
    const patience = { ...HURRY, connect: 3000, answer: 3000, heartbeat: 60_000 };
    const opened = await Session.open(
      ([, , , nonce = '']) =>
        connectTo(pod.config, patience)(['sh', '-c', script.replaceAll('$NONCE', nonce)]),
      '~',
      patience,
    );
    expect(opened._unsafeUnwrapErr()).toMatchObject({ retry: true });
    expect(['unreachable', 'timeout']).toContain(opened._unsafeUnwrapErr().kind);
  });
});

describe('a refusal', () => {
  it.each([
    [401, 'denied', false],
    [403, 'denied', false],
    [404, 'unreachable', false],
    [400, 'unreachable', false],
    [429, 'timeout', true],
    [500, 'unreachable', true],
    [503, 'unreachable', true],
  ] as const)('with %i is %s, with what the server says of it', async (status, kind, retry) => {
    await using pod = await startPod({
      misbehaviour: { kind: 'refuse', status, message: 'so it \x1b[1mis' },
    });
    const refused = (await open(pod))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind, retry });
    expect(refused.text).toContain('so it');
  });

  it('of connections is unreachable and allows to try again', async () => {
    const pod = await startPod();
    await pod[Symbol.asyncDispose]();
    expect((await open(pod))._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: true });
  });

  it('of the shell says so: no sh, no head', async () => {
    for (const only of [[], ['sh']]) {
      await using pod = await startPod({ userland: { kind: 'machine', only } });
      const refused = (await open(pod))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: 'unsupported', retry: false });
      expect(refused.hint).toContain('CronJob');
    }
  });
});

import { keepError, type Bytes, type Transport } from '@sessionkeep/core';
import {
  at,
  collect,
  createMemoryDisk,
  nodeSha256,
  streamOf,
  withFaults,
  withRecorder,
} from '@sessionkeep/testkit';
import type { Fault, FaultPlan, MemoryDisk } from '@sessionkeep/testkit';
import { err, ok } from 'neverthrow';
import { describe, expect, it } from 'vitest';
import { withRetry } from './retry-transport.js';

const busy = keepError('timeout', 'test', 'busy', { retry: true });
const fail: Fault = { kind: 'fail', error: busy };
const ABC = ['a', 'b', 'c'];
const lost: Fault = { kind: 'lost-reply' };

function setUp(plan: FaultPlan, more: { bufferLimit?: number; signal?: AbortSignal } = {}) {
  const disk = createMemoryDisk();
  const waits: number[] = [];
  const recorder = withRecorder(disk.transport({ chunkSize: 3 }));
  const faulty = withFaults(recorder, plan);
  const wait = async (attempt: number) => void waits.push(attempt);
  const transport = withRetry(faulty, { attempts: 3, wait, sha256: nodeSha256, ...more });
  return { disk, waits, transport, faults: faulty.faults, recording: recorder.recording };
}

const seed = (disk: MemoryDisk) => {
  for (const name of ABC) disk.write(name, `${name}123456789`);
};

async function readAll(transport: Transport, names = ABC): Promise<string[]> {
  const ranges = names.map((name) => ({ path: at(name), offset: 1, length: 9 }));
  const seen: string[] = [];
  for await (const { range, chunks } of transport.read(ranges)) {
    const bytes = await collect(chunks);
    seen.push(
      range.path +
        bytes.match(
          (all) => new TextDecoder().decode(all),
          (error) => `! ${error.kind}`,
        ),
    );
  }
  return seen;
}

describe('reading', () => {
  it('goes on where it was, whichever point fails', async () => {
    const counting = setUp({});
    seed(counting.disk);
    await readAll(counting.transport);
    const points = counting.faults.points.length;
    expect(points).toBe(1 + 3 * (1 + 3));
    for (let k = 1; k <= points; k++) {
      const { disk, transport, waits, recording } = setUp({ at: k, fault: fail });
      seed(disk);
      expect(await readAll(transport), `point ${k}`).toEqual(['a123456789', 'b123456789', 'c123456789']);
      expect(waits).toEqual([1]);
      expect(recording.bytes('read')).toBeLessThanOrEqual(27 + 3);
    }
  });

  it('asks for all that is left in one call', async () => {
    const { disk, transport, recording } = setUp({ at: 3, fault: fail });
    seed(disk);
    await readAll(transport);
    expect(recording.of('read').map((call) => call.paths)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  it('passes on what no retry can help, and serves the next range', async () => {
    const { disk, transport, waits } = setUp({});
    seed(disk);
    disk.truncate('b', 4);
    expect(await readAll(transport)).toEqual(['a123456789', 'b! short', 'c123456789']);
    expect(waits).toEqual([]);
  });

  it('digests again from the range that failed', async () => {
    const { disk, transport, waits } = setUp({ at: 3, fault: fail });
    seed(disk);
    const ranges = ABC.map((name) => ({ path: at(name), offset: 0, length: 10 }));
    const seen: string[] = [];
    for await (const digest of transport.digest(ranges)) seen.push(digest._unsafeUnwrap().sha256);
    expect(seen).toEqual(ABC.map((name) => nodeSha256.of(`${name}123456789`)));
    expect(waits).toEqual([1]);
  });

  it('scans again as long as nothing came', async () => {
    for (const k of [1, 2]) {
      const { disk, transport } = setUp({ at: k, fault: fail });
      seed(disk);
      const kinds: string[] = [];
      for await (const batch of transport.scan(at('')))
        kinds.push(...batch._unsafeUnwrap().map((entry) => entry.path));
      expect(kinds).toEqual(['a', 'b', 'c']);
    }
  });
});

describe('writing', () => {
  const bytes = new TextEncoder().encode('abcdef');
  type Deed = (transport: Transport) => Promise<{ isOk(): boolean }>;
  const deeds: Record<string, Deed> = {
    create: (transport) => transport.create(at('new'), streamOf('abc', 'def'), 6, { mtime: 5n }),
    publish: (transport) =>
      transport.publish({ path: at('new'), temporary: at('tmp/new'), bytes, mtime: 5n }),
    rename: (transport) => transport.rename(at('old'), at('new')),
    remove: (transport) => transport.remove(at('old')),
    time: (transport) => transport.setModifiedTime(at('old'), 5n),
  };

  async function outcome(deed: Deed, plan: FaultPlan) {
    const { disk, transport, faults } = setUp(plan);
    disk.write('old', 'abcdef', 5n);
    const done = (await deed(transport)).isOk();
    return { done, points: faults.points.length, files: disk.files() };
  }

  it.each(Object.keys(deeds))('%s ends the same, whichever point fails or loses its reply', async (name) => {
    const deed = deeds[name];
    if (deed === undefined) throw new TypeError(name);
    const expected = await outcome(deed, {});
    expect(expected.done).toBe(true);
    for (const fault of [fail, lost]) {
      for (let k = 1; k <= expected.points; k++) {
        const { done, files } = await outcome(deed, { at: k, fault });
        expect(done, `point ${k}`).toBe(true);
        expect(files).toEqual(expected.files);
      }
    }
  });

  it('settles a long create by its digest, and cannot write it again', async () => {
    const done = setUp({ at: 1, fault: lost }, { bufferLimit: 2 });
    expect((await done.transport.create(at('new'), streamOf('abc', 'def'), 6)).isOk()).toBe(true);
    const undone = setUp({ at: 2, fault: fail }, { bufferLimit: 2 });
    const result = await undone.transport.create(at('new'), streamOf('abc', 'def'), 6);
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'timeout', retry: false });
    expect(undone.disk.files().size).toBe(0);
  });

  it('settles a long create by the digest that its caller has, where it has one', async () => {
    for (const [text, ends] of [
      ['abcdef', true],
      ['abcdeX', false],
    ] as const) {
      const { transport } = setUp({ at: 1, fault: lost }, { bufferLimit: 2 });
      const sha256 = (): string => nodeSha256.of(text);
      const made = await transport.create(at('new'), streamOf('abc', 'def'), 6, { sha256 });
      expect(made.isOk()).toBe(ends);
    }
  });

  it('does not take another file of that name for its own', async () => {
    for (const name of ['create', 'publish'] as const) {
      const { disk, transport } = setUp({ at: 1, fault: fail });
      disk.write('new', 'ABCDEF');
      expect((await deeds[name]?.(transport))?.isOk()).toBe(false);
      expect(disk.text('new')).toBe('ABCDEF');
    }
  });

  it('finishes a rename that left both names', async () => {
    const { disk, transport } = setUp({ at: 1, fault: fail });
    disk.write('old', 'abcdef');
    disk.hardLink('old', 'new');
    expect((await transport.rename(at('old'), at('new'))).isOk()).toBe(true);
    expect([...disk.files().keys()]).toEqual(['new']);
  });

  it('holds the bytes of a file to be created, though their producer overwrites them', async () => {
    const { disk, transport } = setUp({ at: 1, fault: fail });
    const reused = async function* (): Bytes {
      const buffer = Buffer.alloc(1);
      for (const letter of 'abc') {
        buffer.write(letter);
        yield ok(buffer);
      }
    };
    expect((await transport.create(at('new'), reused(), 3)).isOk()).toBe(true);
    expect(disk.text('new')).toBe('abc');
  });

  it('makes an append once', async () => {
    const { disk, transport, waits } = setUp({ at: 1, fault: fail });
    disk.write('log', 'x');
    expect((await transport.append(at('log'), 1, streamOf('y'), 1))._unsafeUnwrapErr()).toEqual(busy);
    expect(waits).toEqual([]);
  });
});

describe('leases', () => {
  const holder = { run: 'r', host: 'h', user: 'u', pid: 1, since: 's' };

  it.each(['lease', 'breakLease'] as const)('%s is made once, failed or unheard', async (name) => {
    for (const fault of [fail, lost]) {
      const { transport, waits, recording } = setUp({ at: 1, fault, only: [name] });
      const result =
        name === 'lease' ? await transport.lease(at('x'), holder) : await transport.breakLease(at('x'));
      // The error is the first call's: our own lease is never shown to us as `locked`.
      expect(result._unsafeUnwrapErr().kind).not.toBe('locked');
      expect([waits.length, recording.count(name) <= 1]).toEqual([0, true]);
    }
  });

  it('that is held is looked after and given back as patiently as anything', async () => {
    for (const operation of ['lease.check', 'lease.release'] as const) {
      const { transport, waits } = setUp({ at: 1, fault: lost, only: [operation] });
      const lease = (await transport.lease(at('x'), holder))._unsafeUnwrap();
      expect((await lease.check()).isOk()).toBe(true);
      expect((await lease.release()).isOk()).toBe(true);
      expect(waits).toEqual([1]);
    }
  });
});

describe('patience', () => {
  it('ends after the attempts', async () => {
    const { disk } = setUp({});
    let calls = 0;
    const inner = withFaults(disk.transport(), {});
    const waits: number[] = [];
    const transport = withRetry(
      {
        ...inner,
        stat: async (path) => {
          calls++;
          return (await inner.stat(path)).mapErr(() => busy);
        },
      },
      { attempts: 3, wait: async (attempt) => void waits.push(attempt), sha256: nodeSha256 },
    );
    expect((await transport.stat(at('missing')))._unsafeUnwrapErr()).toEqual(busy);
    expect(calls).toBe(3);
    expect(waits).toEqual([1, 2]);
  });

  it('waits for a medium that is out of reach once, not call by call, until a call gets through', async () => {
    const { disk } = setUp({});
    disk.write('log', 'x');
    const inner = withFaults(disk.transport(), {});
    const waits: number[] = [];
    let isGone = true;
    const gone = keepError('unreachable', 'test', 'gone', { retry: true });
    const transport = withRetry(
      { ...inner, stat: async (path) => (isGone ? err(gone) : inner.stat(path)) },
      { attempts: 3, wait: async (attempt) => void waits.push(attempt), sha256: nodeSha256 },
    );
    const waitsOf = async (name: string): Promise<number> => {
      waits.length = 0;
      expect((await transport.stat(at(name))).isOk()).toBe(!isGone && name === 'log');
      return waits.length;
    };
    expect([await waitsOf('log'), await waitsOf('log')]).toEqual([2, 0]);
    // That there is nothing of a name is an answer too.
    for (const name of ['log', 'missing']) {
      isGone = false;
      expect(await waitsOf(name)).toBe(0);
      isGone = true;
      expect([await waitsOf('log'), await waitsOf('log')]).toEqual([2, 0]);
    }
  });

  it('ends when the run is aborted', async () => {
    const { transport, waits } = setUp({ at: 1, fault: fail }, { signal: AbortSignal.abort() });
    expect((await transport.stat(at('')))._unsafeUnwrapErr()).toEqual(busy);
    expect(waits).toEqual([]);
  });
});

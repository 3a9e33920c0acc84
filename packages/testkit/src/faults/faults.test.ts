import { keepError, type Transport } from '@sessionkeep/core';
import { describe, expect, it } from 'vitest';
import { at, streamOf } from '../helpers/streams.js';
import { createMemoryDisk } from '../memory/memory-disk.js';
import { withFaults } from './fault-injector.js';
import type { Fault } from './fault-plan.js';

const error = keepError('io', 'test', 'made to fail');

async function readAll(transport: Transport, path: string, length: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const { chunks } of transport.read([{ path: at(path), offset: 0, length }])) {
    for await (const chunk of chunks) {
      seen.push(
        chunk.match(
          (bytes) => new TextDecoder().decode(bytes),
          (problem) => `! ${problem.kind}`,
        ),
      );
    }
  }
  return seen;
}

/** The k-th point of writing "abcdef" in two chunks goes wrong. */
async function create(k: number, fault: Fault) {
  const disk = createMemoryDisk();
  const transport = withFaults(disk.transport(), { at: k, fault });
  const first = await transport.create(at('f'), streamOf('abc', 'def'), 6);
  const later = await transport.stat(at('f'));
  return {
    first: first.match(
      () => 'ok',
      (problem) => problem.kind,
    ),
    later: later.match(
      () => 'ok',
      (problem) => problem.kind,
    ),
    text: disk.text('f'),
  };
}

describe('faults in a write', () => {
  it.each<[number, Fault, Awaited<ReturnType<typeof create>>]>([
    [1, { kind: 'fail', error }, { first: 'io', later: 'not-found', text: undefined }],
    [2, { kind: 'fail', error }, { first: 'io', later: 'not-found', text: undefined }],
    [1, { kind: 'stop' }, { first: 'unreachable', later: 'unreachable', text: undefined }],
    [2, { kind: 'stop' }, { first: 'unreachable', later: 'unreachable', text: '' }],
    [3, { kind: 'stop' }, { first: 'unreachable', later: 'unreachable', text: 'abc' }],
    [2, { kind: 'torn-write' }, { first: 'unreachable', later: 'unreachable', text: 'ab' }],
    [3, { kind: 'torn-write' }, { first: 'unreachable', later: 'unreachable', text: 'abcde' }],
    [1, { kind: 'lost-reply' }, { first: 'timeout', later: 'ok', text: 'abcdef' }],
    [3, { kind: 'lost-reply' }, { first: 'timeout', later: 'ok', text: 'abcdef' }],
    [1, { kind: 'lost-reply-stop' }, { first: 'unreachable', later: 'unreachable', text: 'abcdef' }],
    [4, { kind: 'stop' }, { first: 'ok', later: 'unreachable', text: 'abcdef' }],
  ])('at point %i: %o', async (k, fault, expected) => {
    expect(await create(k, fault)).toEqual(expected);
  });

  it('tears an append after what was there', async () => {
    const disk = createMemoryDisk();
    disk.write('f', '0123');
    const transport = withFaults(disk.transport(), { at: 3, fault: { kind: 'torn-write' } });
    expect((await transport.append(at('f'), 4, streamOf('abc', 'def'), 6)).isErr()).toBe(true);
    expect(disk.text('f')).toBe('0123abcde');
  });

  it('stops a publish before it renames', async () => {
    const disk = createMemoryDisk();
    const transport = withFaults(disk.transport(), { at: 2, fault: { kind: 'stop' } });
    const bytes = new TextEncoder().encode('abcdef');
    expect((await transport.publish({ path: at('f'), temporary: at('tmp/f'), bytes })).isErr()).toBe(true);
    expect([...disk.files().keys()]).toEqual(['tmp/f']);
  });
});

describe('faults in a read', () => {
  it.each<[number, Fault, string[]]>([
    [1, { kind: 'fail', error }, ['! io']],
    [2, { kind: 'fail', error }, ['! io']],
    [4, { kind: 'fail', error }, ['abc', '! io']],
    [4, { kind: 'short-read' }, ['abc', 'd', '! short']],
    [4, { kind: 'short-read', silent: true }, ['abc', 'd']],
    [4, { kind: 'stop' }, ['abc', '! unreachable']],
    [4, { kind: 'lost-reply' }, ['abc', '! timeout']],
  ])('at point %i: %o', async (k, fault, expected) => {
    const disk = createMemoryDisk();
    disk.write('f', 'abcdef');
    const transport = withFaults(disk.transport({ chunkSize: 3 }), { at: k, fault });
    expect(await readAll(transport, 'f', 6)).toEqual(expected);
  });

  it('answers about every range, whatever fails', async () => {
    const disk = createMemoryDisk();
    for (const name of 'abc') disk.write(name, name);
    const ranges = ['a', 'b', 'c'].map((name) => ({ path: at(name), offset: 0, length: 1 }));
    for (const [k, expected] of [
      [1, 'xxx'],
      [3, '.x.'],
    ] as const) {
      const transport = withFaults(disk.transport(), { at: k, fault: { kind: 'fail', error } });
      let seen = '';
      for await (const digest of transport.digest(ranges)) seen += digest.isOk() ? '.' : 'x';
      expect(seen).toBe(expected);
    }
  });
});

describe('counting', () => {
  it('counts calls, items and chunks, and changes nothing', async () => {
    const disk = createMemoryDisk();
    const transport = withFaults(disk.transport({ chunkSize: 3 }), {});
    expect((await transport.create(at('f'), streamOf('abc', 'def'), 6)).isOk()).toBe(true);
    expect(await readAll(transport, 'f', 6)).toEqual(['abc', 'def']);
    expect(transport.faults.points.map(({ operation, part }) => `${operation} ${part}`)).toEqual([
      'create call',
      'create chunk',
      'create chunk',
      'read call',
      'read item',
      'read chunk',
      'read chunk',
    ]);
  });

  it('counts only what the plan names', async () => {
    const disk = createMemoryDisk();
    const plan = { at: 2, fault: { kind: 'fail', error }, only: ['stat'] } as const;
    const transport = withFaults(disk.transport(), plan);
    expect((await transport.flush([]))._unsafeUnwrap()).toBeUndefined();
    expect((await transport.stat(at('')))._unsafeUnwrap().kind).toBe('folder');
    expect((await transport.stat(at('')))._unsafeUnwrapErr()).toEqual(error);
    expect(transport.faults.fired?.operation).toBe('stat');
  });
});

import { createMemoryDisk, withRecorder, at, collect, streamOf } from '@sessionkeep/testkit';
import { describeTransportContract, openMemory } from '@sessionkeep/testkit/contract';
import { expect, test } from 'vitest';
import { metered, type Meter } from '../metered-transport.ts';

const meter = (): Meter => ({ calls: 0, bytesRead: 0, bytesWritten: 0 });

describeTransportContract('a metered disk in memory', {
  open: () => openMemory((disk) => metered(disk, meter())),
});

test('a meter counts the calls that were made, and the bytes that went by', async () => {
  const seen = meter();
  const recorder = withRecorder(createMemoryDisk().transport());
  const transport = metered(recorder, seen);
  (await transport.create(at('a'), streamOf('four'), 4))._unsafeUnwrap();
  (await transport.append(at('a'), 4, streamOf('more'), 4))._unsafeUnwrap();
  const file = { path: at('b'), temporary: at('t'), bytes: new Uint8Array(10) };
  (await transport.publish(file))._unsafeUnwrap();
  for await (const { chunks } of transport.read([{ path: at('a'), offset: 0, length: 8 }]))
    expect((await collect(chunks))._unsafeUnwrap()).toHaveLength(8);
  expect((await transport.publish(file)).isErr()).toBe(true);
  expect(seen).toEqual({ calls: recorder.recording.calls.length, bytesRead: 8, bytesWritten: 18 });
});

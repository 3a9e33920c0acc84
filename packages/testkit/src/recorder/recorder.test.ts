import { expect, it } from 'vitest';
import { at, streamOf } from '../helpers/streams.js';
import { createMemoryDisk } from '../memory/memory-disk.js';
import { withRecorder } from './recorder.js';

it('records calls, paths and the bytes that flowed', async () => {
  const transport = withRecorder(createMemoryDisk().transport());
  expect((await transport.create(at('a'), streamOf('abc', 'def'), 6)).isOk()).toBe(true);
  expect((await transport.append(at('a'), 2, streamOf('xyz'), 3)).isOk()).toBe(true);
  const ranges = [{ path: at('a'), offset: 0, length: 5 }];
  for await (const { chunks } of transport.read(ranges)) {
    for await (const chunk of chunks) expect(chunk.isOk()).toBe(true);
  }
  const lease = (
    await transport.lease(at('lock'), { run: '', host: '', user: '', pid: 0, since: '' })
  )._unsafeUnwrap();
  expect((await lease.check()).isOk()).toBe(true);
  expect(transport.recording.calls).toEqual([
    { operation: 'create', paths: ['a'], bytes: 6 },
    { operation: 'append', paths: ['a'], bytes: 3 },
    { operation: 'read', paths: ['a'], bytes: 5 },
    { operation: 'lease', paths: ['lock'], bytes: 0 },
    { operation: 'lease.check', paths: ['lock'], bytes: 0 },
  ]);
  expect(transport.recording.bytes('create', 'append')).toBe(9);
  expect(transport.recording.counts()).toMatchObject({ create: 1, read: 1 });
});

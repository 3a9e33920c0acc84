import { WRITE_OUTPUT } from '@sessionkeep/runner/program';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { openSink } from './sink.js';

function failing(code: string): Writable {
  const stream = new Writable({
    write: (_chunk, _encoding, done) => {
      done(Object.assign(new Error(code), { code }));
    },
  });
  stream.on('error', () => undefined);
  return stream;
}

test('answers when it was taken: the buffer is the giver’s again only then', async () => {
  const taken: string[] = [];
  let take = (): void => undefined;
  const slow = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      take = () => {
        taken.push(chunk.toString());
        done();
      };
    },
  });
  const buffer = Buffer.from('abc');
  const sent = openSink(slow).send(buffer);
  await new Promise((done) => setImmediate(done));
  take();
  expect((await sent)._unsafeUnwrap()).toBe(true);
  expect(taken).toEqual(['abc']);
});

test('a reader that has gone is no error, and nothing more is given to it', async () => {
  const sink = openSink(failing('EPIPE'));
  expect((await sink.send('a'))._unsafeUnwrap()).toBe(false);
  expect((await sink.send('b'))._unsafeUnwrap()).toBe(false);
});

test.each(['ENOSPC', 'EIO'])('%s is an error of the output alone, not of an archive', async (code) => {
  const sent = await openSink(failing(code)).send('a');
  expect(sent._unsafeUnwrapErr()).toMatchObject({
    kind: 'io',
    operation: WRITE_OUTPUT,
    message: expect.stringContaining(code) as string,
  });
});

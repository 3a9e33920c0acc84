import { err, ok, type Result } from 'neverthrow';
import { expect, it } from 'vitest';
import { smbError, type SmbError } from '../error/smb-error.js';
import { FileWriter } from './file-writer.js';

interface Asked {
  readonly offset: number;
  readonly length: number;
  readonly answer: (result: Result<null, SmbError>) => void;
}

/** A writer of 4 bytes a request, whose server answers when the test says so. */
function writerWithServer(): { writer: FileWriter; asked: Asked[]; released: Uint8Array[] } {
  const asked: Asked[] = [];
  const released: Uint8Array[] = [];
  const writer = new FileWriter({
    offset: 10,
    size: () => 4,
    write: (offset, { length }) => new Promise((resolve) => asked.push({ offset, length, answer: resolve })),
    release: (chunk) => released.push(chunk),
  });
  return { writer, asked, released };
}

it('gives a chunk back when the server has every part of it, in whatever order', async () => {
  const { writer, asked, released } = writerWithServer();
  const [first, second] = [new Uint8Array(6), new Uint8Array(3)];
  await writer.add(first);
  await writer.add(second);
  expect(asked.map(({ offset, length }) => [offset, length])).toEqual([
    [10, 4],
    [14, 2],
    [16, 3],
  ]);
  asked[2]?.answer(ok(null));
  asked[1]?.answer(ok(null));
  await Promise.resolve();
  expect(released).toEqual([second]);
  asked[0]?.answer(ok(null));
  await writer.drained();
  expect(released).toEqual([second, first]);
  expect(released[1]).toBe(first);
});

it('never gives back a chunk of which a part failed', async () => {
  const { writer, asked, released } = writerWithServer();
  await writer.add(new Uint8Array(8));
  asked[0]?.answer(err(smbError('full', 'write', 'no room')));
  asked[1]?.answer(ok(null));
  await writer.drained();
  expect(writer.error?.kind).toBe('full');
  expect(released).toEqual([]);
});

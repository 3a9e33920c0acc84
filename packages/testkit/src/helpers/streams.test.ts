import type { Bytes } from '@sessionkeep/core';
import { ok } from 'neverthrow';
import { expect, it } from 'vitest';
import { collect } from './streams.js';

it('collects bytes that their producer overwrites, as Buffers too', async () => {
  const reused = async function* (): Bytes {
    const buffer = Buffer.alloc(1);
    for (const letter of 'abc') {
      buffer.write(letter);
      yield ok(buffer);
    }
  };
  const bytes = (await collect(reused()))._unsafeUnwrap();
  expect(new TextDecoder().decode(bytes)).toBe('abc');
});

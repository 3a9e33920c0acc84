import { err, ok } from 'neverthrow';
import type { SmbError, SmbShare } from '@sessionkeep/smb2';
import { describe, expect, it } from 'vitest';
import { lockPaths, openLock } from './lock-files.js';

describe('openLock', () => {
  it('tries again what was removed while it was opened', async () => {
    const share = new Answering([notFound('STATUS_OBJECT_NAME_NOT_FOUND'), null]);
    expect((await openLock(share.asShare(), lockPaths('')))._unsafeUnwrap().opened.id).toBe(7n);
  });

  it('ends with what a server says for ever', async () => {
    const share = new Answering(Array.from({ length: 50 }, () => notFound('STATUS_OBJECT_NAME_NOT_FOUND')));
    expect((await openLock(share.asShare(), lockPaths('')))._unsafeUnwrapErr().kind).toBe('not-found');
    expect(share.asked).toBeLessThan(10);
  });

  it('says at once that its folder is missing', async () => {
    const share = new Answering([notFound('STATUS_OBJECT_PATH_NOT_FOUND'), null]);
    expect((await openLock(share.asShare(), lockPaths('folder')))._unsafeUnwrapErr().kind).toBe('not-found');
    expect(share.asked).toBe(1);
  });
});

/** A share that says this of each opening, one after another; null opens. */
class Answering {
  asked = 0;

  constructor(private readonly answers: readonly (SmbError | null)[]) {}

  asShare(): SmbShare {
    const opened = { id: 7n };
    const share = {
      open: () => {
        const error = this.answers[this.asked++] ?? null;
        return Promise.resolve(error === null ? ok({ opened }) : err(error));
      },
      stat: () => Promise.resolve(ok(opened)),
    };
    return share as unknown as SmbShare;
  }
}

function notFound(name: string): SmbError {
  return { kind: 'not-found', operation: 'open', message: name, retry: false, status: { code: 0, name } };
}

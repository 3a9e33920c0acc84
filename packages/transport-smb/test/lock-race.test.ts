import { SmbClient, type SmbShare } from '@sessionkeep/smb2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeLock, lockPaths, openLock } from '../src/lease/lock-files.js';
import { kindOf, must } from './results.js';
import { describeOnSamba } from './servers.js';

const RUNS = 4;
const TIMES = 150;

describeOnSamba('a lock on a share', {}, (samba) => {
  let clients: SmbClient[];
  let shares: SmbShare[];

  beforeEach(async () => {
    const { host, port, user, password } = samba();
    clients = await Promise.all(
      Array.from({ length: RUNS }, async () => must(await SmbClient.connect({ host, port, user, password }))),
    );
    shares = await Promise.all(clients.map(async (client) => must(await client.share('share'))));
  });

  afterEach(async () => {
    for (const client of clients) await client.close();
  });

  // Left to itself, Samba gives every fourth comer a handle on a file that is just being removed.
  it('is had by one at a time, and stays where it is, while others take it, lose it and give it back', async () => {
    const paths = lockPaths('');
    let [had, held] = [0, 0];
    const wrong: string[] = [];
    await Promise.all(
      shares.map(async (share) => {
        while (had < TIMES && wrong.length === 0) {
          const lock = await openLock(share, paths);
          if (lock.isErr()) {
            if (lock.error.kind !== 'busy') wrong.push(lock.error.message);
            continue;
          }
          had++;
          if (++held > 1) wrong.push(`${held} have it`);
          const there = await share.stat(paths.lock);
          if (there.isErr()) wrong.push(`it is gone: ${kindOf(there)}`);
          else if (there.value.id !== lock.value.opened.id) wrong.push('another has its name');
          held--;
          const closed = await closeLock(lock.value);
          if (closed.isErr()) wrong.push(closed.error.message);
        }
      }),
    );
    expect(wrong).toEqual([]);
  });
});

import type { Lease, LeaseHolder, Transport } from '@sessionkeep/core';
import { expect } from 'vitest';
import { at, kindOf, must, put } from '../tools.js';
import type { Obligation } from '../world.js';

const FOLDER = at('.sessionkeep/source-a/repo-b');

function holder(run: string): LeaseHolder {
  return { run, host: 'a-host', user: 'a-user', pid: process.pid, since: '2026-01-02T03:04:05Z' };
}

/** Ends a lease from outside; where the server alone can, it is refused with who has it, and the lease goes on: null then. */
async function breakIt(transport: Transport, lease: Lease, run: string): Promise<LeaseHolder | null> {
  const broken = await transport.breakLease(FOLDER);
  if (kindOf(broken) !== 'locked') return must(broken);
  expect(broken.isErr() && broken.error.message).toContain(run);
  expect(kindOf(await lease.check())).toBe('ok');
  return null;
}

export const leaseObligations: readonly Obligation[] = [
  {
    name: 'is had by one at a time, and the second is told who has it',
    run: async ({ transport }) => {
      const lease = must(await transport.lease(FOLDER, holder('run-one')));
      const second = await transport.lease(FOLDER, holder('run-two'));
      expect(second.isErr() && second.error).toMatchObject({ kind: 'locked', retry: false });
      expect(second.isErr() && second.error.message).toContain('run-one');
      expect(kindOf(await lease.check())).toBe('ok');
    },
  },
  {
    name: 'is had by one at a time over several transports too',
    needs: ['reopen'],
    run: async ({ transport, second }) => {
      const other = await second();
      const lease = must(await transport.lease(FOLDER, holder('run-one')));
      const refused = await other.lease(FOLDER, holder('run-two'));
      expect(kindOf(refused)).toBe('locked');
      expect(refused.isErr() && refused.error.message).toContain('run-one');
      must(await lease.release());
      const next = must(await other.lease(FOLDER, holder('run-two')));
      expect(kindOf(await next.check())).toBe('ok');
      expect(kindOf(await transport.lease(FOLDER, holder('run-one')))).toBe('locked');
    },
  },
  {
    name: 'may be taken again once it was given back, which may be done twice',
    run: async ({ transport }) => {
      const first = must(await transport.lease(FOLDER, holder('run-one')));
      must(await first.release());
      must(await first.release());
      const next = must(await transport.lease(FOLDER, holder('run-two')));
      must(await first.release());
      expect(kindOf(await next.check())).toBe('ok');
      expect(kindOf(await first.check())).toBe('lease-lost');
      must(await next.release());
    },
  },
  {
    name: 'of eight that want it at once, one gets it',
    run: async ({ transport }) => {
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, index) => transport.lease(FOLDER, holder(`run-${index}`))),
      );
      expect(all.filter((result) => result.isOk())).toHaveLength(1);
      expect(all.filter((result) => kindOf(result) === 'locked')).toHaveLength(7);
      for (const result of all) if (result.isOk()) expect(kindOf(await result.value.check())).toBe('ok');
    },
  },
  {
    name: 'that can be broken is lost then, and breaking it says whose it was',
    run: async ({ transport }) => {
      const lease = must(await transport.lease(FOLDER, holder('run-one')));
      const whose = await breakIt(transport, lease, 'run-one');
      if (whose !== null) {
        expect(whose).toEqual(holder('run-one'));
        expect(kindOf(await lease.check())).toBe('lease-lost');
      }
      must(await lease.release());
      expect(must(await transport.breakLease(FOLDER))).toBeNull();
    },
  },
  {
    name: 'that was lost to another takes nothing from the other when it is given back',
    run: async ({ transport }) => {
      const lost = must(await transport.lease(FOLDER, holder('run-one')));
      if ((await breakIt(transport, lost, 'run-one')) === null) must(await lost.release());
      const next = must(await transport.lease(FOLDER, holder('run-two')));
      expect(kindOf(await lost.check())).toBe('lease-lost');
      must(await lost.release());
      expect(kindOf(await next.check())).toBe('ok');
      expect(kindOf(await transport.lease(FOLDER, holder('run-three')))).toBe('locked');
    },
  },
  {
    name: 'of one folder says nothing about another, and breaking none is null',
    run: async ({ transport }) => {
      const one = must(await transport.lease(at('one'), holder('run-one')));
      const two = must(await transport.lease(at('two'), holder('run-two')));
      expect(must(await transport.breakLease(FOLDER))).toBeNull();
      expect([kindOf(await one.check()), kindOf(await two.check())]).toEqual(['ok', 'ok']);
    },
  },
  {
    name: "tells the target's time",
    run: async ({ transport }) => {
      const lease = must(await transport.lease(FOLDER, holder('run-one')));
      const { mtime } = await put(transport, 'file', 'x');
      const off = lease.now() - mtime;
      // Far wider than any delay, far narrower than a clock that is wrong.
      expect(off > -60_000_000_000n && off < 60_000_000_000n).toBe(true);
      expect(typeof lease.clockOffset).toBe('bigint');
    },
  },
  {
    name: 'stays while files come and go beside it',
    run: async ({ transport }) => {
      const lease = must(await transport.lease(FOLDER, holder('run-one')));
      for (let index = 0; index < 20; index++) {
        await put(transport, `${FOLDER}/ledger/${index}`, 'x');
        await put(transport, `${FOLDER}/file-${index}`, 'x');
        must(await transport.remove(at(`${FOLDER}/file-${index}`)));
        expect(kindOf(await lease.check())).toBe('ok');
      }
    },
  },
];

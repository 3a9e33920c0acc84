import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { LeaseHolder, Transport } from '@sessionkeep/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { at, kindOf, must, TestDisk } from '../test/disk.js';
import { OtherRun } from '../test/other-run.js';
import { hostIdentity } from './host-identity.js';
import { formatRecord, newRecord } from './lock-record.js';

const FOLDER = at('folder');
const mine = (run: string): LeaseHolder => ({
  run,
  host: 'here',
  user: 'me',
  pid: process.pid,
  since: 'now',
});

let disk: TestDisk;
let transport: Transport;
const others: OtherRun[] = [];

beforeEach(async () => {
  disk = new TestDisk();
  transport = await disk.open();
});

afterEach(async () => {
  vi.useRealTimers();
  for (const other of others.splice(0)) await other.kill();
  await transport.close();
  disk.remove();
});

/** Another run that holds the lease. */
async function otherHolder(): Promise<OtherRun> {
  const other = new OtherRun(disk.root, 'other');
  others.push(other);
  expect(await other.says()).toBe('ok');
  return other;
}

/** Dates a lock file as if nobody had touched it for so many seconds; less than none is the future. */
function age(name: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(disk.at(`folder/${name}`), time, time);
}

const locks = (): string[] => readdirSync(disk.at('folder/x').slice(0, -2)).sort();

/** A lock file as a run on a machine that cannot be looked into would leave it. */
function foreignLock(name: string, text?: string): void {
  const record = newRecord({ ...mine('far'), host: 'far-away' }, 'token');
  const far = { ...record, machine: { ...record.machine, hostname: 'far-away', boot: 'another' } };
  disk.write(`folder/${name}`, text ?? formatRecord(far));
}

describe('the lease of a run that is alive', () => {
  it('is refused to others, who are told whose it is', async () => {
    const other = await otherHolder();
    const refused = await transport.lease(FOLDER, mine('run'));
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'locked', retry: false });
    expect(refused._unsafeUnwrapErr().message).toContain(`run other of me on here, process ${other.pid}`);
    expect(await other.ask('check')).toBe('ok');
    expect(await other.ask('release')).toBe('ok');
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('ok');
  });

  it('is lost when it was stopped, outlived and continued', async () => {
    const other = await otherHolder();
    other.signal('SIGSTOP');
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('locked');
    age('lock-000001', 121);
    const lease = must(await transport.lease(FOLDER, mine('run')));
    other.signal('SIGCONT');
    expect(await other.ask('check')).toBe('lease-lost');
    expect(await other.ask('release')).toBe('ok');
    expect(kindOf(await lease.check())).toBe('ok');
    expect(locks()).toEqual(['lock-000002']);
  });

  it('is not taken from one that is slow but beats', async () => {
    await otherHolder();
    age('lock-000001', 100);
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('locked');
  });

  it('beats every 15 seconds, by a write that brings the time of the target', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const lease = must(await transport.lease(FOLDER, mine('run')));
    age('lock-000001', 90);
    const before = lstatSync(disk.at('folder/lock-000001'), { bigint: true });
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(() => {
      const after = lstatSync(disk.at('folder/lock-000001'), { bigint: true });
      expect(after.mtimeNs > before.mtimeNs + 80_000_000_000n).toBe(true);
      expect(after.size).toBe(before.size);
    });
    must(await lease.release());
    vi.advanceTimersByTime(60_000);
    expect(locks()).toEqual([]);
  });

  it('survives that its lock file goes while it beats', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const lease = must(await transport.lease(FOLDER, mine('run')));
    unlinkSync(disk.at('folder/lock-000001'));
    vi.advanceTimersByTime(45_000);
    expect(kindOf(await lease.check())).toBe('lease-lost');
    expect(kindOf(await lease.release())).toBe('ok');
  });
});

describe('the lease of a run that is gone', () => {
  it('is free at once when its process is dead on this host', async () => {
    const other = await otherHolder();
    await other.kill();
    const lease = must(await transport.lease(FOLDER, mine('run')));
    expect(kindOf(await lease.check())).toBe('ok');
    expect(locks()).toEqual(['lock-000002']);
  });

  it('is free when its process id went to another process', async () => {
    const record = newRecord(mine('before'), 'token');
    if (record.machine.start === null) return;
    foreignLock('lock-000007', formatRecord({ ...record, machine: { ...record.machine, start: '1' } }));
    must(await transport.lease(FOLDER, mine('run')));
    expect(locks()).toEqual(['lock-000008']);
  });

  it('is free only after two minutes when its host cannot be looked into, however dead the number', async () => {
    const record = newRecord({ ...mine('far'), pid: 2 ** 22 + 1 }, 'token');
    const far = { ...record, machine: { ...record.machine, boot: 'of another machine with this name' } };
    foreignLock('lock-000001', formatRecord(far));
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('locked');
    age('lock-000001', 119);
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('locked');
    age('lock-000001', 122);
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('ok');
  });
});

describe('a lock file that is odd', () => {
  it.each(['no json', '{}', '[1]', '{"holder":{"run":1}}', 'null', '\u0000'.repeat(100_000)])(
    'holds for two minutes and no longer: %j',
    async (text) => {
      foreignLock('lock-000001', text);
      const refused = await transport.lease(FOLDER, mine('run'));
      expect(refused._unsafeUnwrapErr().kind).toBe('locked');
      expect(refused._unsafeUnwrapErr().message).toContain('cannot be read');
      age('lock-000001', 130);
      expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('ok');
    },
  );

  it('that stays empty is of a taker that was killed before it wrote, and holds nobody up', async () => {
    foreignLock('lock-000001', '');
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('ok');
  });

  it('from the future is not taken, and begins to age', async () => {
    foreignLock('lock-000001');
    age('lock-000001', -86_400 * 365);
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('locked');
    const { mtimeMs } = lstatSync(disk.at('folder/lock-000001'));
    expect(Math.abs(mtimeMs - Date.now())).toBeLessThan(60_000);
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('locked');
    age('lock-000001', 122);
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('ok');
  });

  it('of a holder that lives, dated into the future, stays its own', async () => {
    const lease = must(await transport.lease(FOLDER, mine('first')));
    age('lock-000001', -3600);
    expect(kindOf(await transport.lease(FOLDER, mine('second')))).toBe('locked');
    expect(kindOf(await lease.check())).toBe('ok');
  });

  it("that is a folder or a link is nobody's, and nothing is read through it", async () => {
    mkdirSync(disk.at('folder/lock-000003'), { recursive: true });
    must(await (await transport.lease(FOLDER, mine('run')))._unsafeUnwrap().release());
    symlinkSync(disk.outside, disk.at('folder/lock-000009'));
    const lease = must(await transport.lease(FOLDER, mine('run')));
    expect(kindOf(await lease.check())).toBe('ok');
    expect(disk.untouched()).toBe(true);
  });

  it('put above ours takes the lease from us', async () => {
    const lease = must(await transport.lease(FOLDER, mine('run')));
    foreignLock('lock-000002');
    expect((await lease.check())._unsafeUnwrapErr()).toMatchObject({ kind: 'lease-lost' });
  });

  it('put in the place of ours takes the lease from us, and is not removed by us', async () => {
    const lease = must(await transport.lease(FOLDER, mine('run')));
    unlinkSync(disk.at('folder/lock-000001'));
    foreignLock('lock-000001');
    expect(kindOf(await lease.check())).toBe('lease-lost');
    must(await lease.release());
    expect(locks()).toEqual(['lock-000001']);
  });

  it('does not matter below ours, nor does what only looks like one', async () => {
    foreignLock('lock-1');
    foreignLock('lock-000001.jsonl');
    foreignLock('lock-9999999999999');
    const lease = must(await transport.lease(FOLDER, mine('run')));
    foreignLock('lock-000000');
    expect(kindOf(await lease.check())).toBe('ok');
  });
});

describe('a lock file', () => {
  it('names the holder and his machine, is private, and leaves no probe behind', async () => {
    foreignLock('lock-000004');
    age('lock-000004', 200);
    foreignLock('lock-probe-0123', '.');
    age('lock-probe-0123', 500);
    must(await transport.lease(FOLDER, mine('run')));
    expect(locks()).toEqual(['lock-000005']);
    const text = readFileSync(disk.at('folder/lock-000005'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ holder: mine('run'), machine: hostIdentity() });
    expect(lstatSync(disk.at('folder/lock-000005')).mode & 0o777).toBe(0o600);
  });

  it('is broken with all others, whatever lies in them', async () => {
    expect(must(await transport.breakLease(FOLDER))).toBeNull();
    foreignLock('lock-000001');
    foreignLock('lock-000002', 'junk');
    expect(must(await transport.breakLease(FOLDER))).toMatchObject({ run: 'unknown' });
    foreignLock('lock-000001');
    expect(must(await transport.breakLease(FOLDER))).toMatchObject({ run: 'far', host: 'far-away' });
    expect(locks()).toEqual([]);
  });

  it('of a living process here can be spared, others are not', async () => {
    const spareLiving = { spareLiving: true };
    const lease = must(await transport.lease(FOLDER, mine('run')));
    const refused = await transport.breakLease(FOLDER, spareLiving);
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'locked', retry: false });
    expect(refused._unsafeUnwrapErr().message).toContain(`process ${process.pid.toString()}`);
    expect(kindOf(await lease.check())).toBe('ok');
    expect(must(await transport.breakLease(FOLDER))).toMatchObject({ run: 'run' });
    foreignLock('lock-000001');
    expect(must(await transport.breakLease(FOLDER, spareLiving))).toMatchObject({ run: 'far' });
    foreignLock('lock-000002', 'junk');
    expect(must(await transport.breakLease(FOLDER, spareLiving))).toMatchObject({ run: 'unknown' });
  });

  it('whose folder is a link out is not made', async () => {
    mkdirSync(disk.root);
    symlinkSync(disk.outside, disk.at('folder'));
    expect(kindOf(await transport.lease(FOLDER, mine('run')))).toBe('unsafe');
    expect(kindOf(await transport.breakLease(FOLDER))).toBe('unsafe');
    expect(disk.untouched()).toBe(true);
  });

  it('is left when the transport is closed, and beats no more', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    must(await transport.lease(FOLDER, mine('run')));
    await transport.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(locks()).toEqual(['lock-000001']);
  });

  it('control characters in it reach no message', async () => {
    const record = newRecord({ ...mine('\u001b[2Jevil\n'), host: 'x\u202ey' }, 'token');
    foreignLock('lock-000001', formatRecord(record));
    const { message } = (await transport.lease(FOLDER, mine('run')))._unsafeUnwrapErr();
    expect(message).toContain(String.raw`\x1b[2Jevil\x0a`);
    expect(message).toContain(String.raw`x\u{202e}y`);
  });
});

it('says nothing of a folder named like a lock in the root', async () => {
  writeFileSync(disk.at('other'), 'x');
  expect(must(await transport.breakLease(at('nowhere')))).toBeNull();
});

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Transport } from '@sessionkeep/core';
import { at } from '@sessionkeep/testkit';
import { startFaultProxy, type FaultProxy } from '@sessionkeep/testkit/proxy';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OtherRun } from './other-run.js';
import { kindOf, must } from './results.js';
import { describeOnSamba, open } from './servers.js';
import { ShareDisk } from './share-disk.js';
import { chunked, HOLDER, put, textOf } from './tools.js';

const FOLDER = at('folder');
const run = (name: string) => ({ ...HOLDER, run: name });

describeOnSamba('a lease on a share', {}, (samba) => {
  let disk: ShareDisk;
  let proxy: FaultProxy;
  let one: Transport;
  let two: Transport;

  beforeEach(async () => {
    disk = new ShareDisk(samba().folders.share);
    proxy = await startFaultProxy({ to: samba() });
    one = await open(samba(), { folder: disk.folder, port: proxy.port });
    two = await open(samba(), { folder: disk.folder });
  });

  afterEach(async () => {
    vi.useRealTimers();
    for (const transport of [one, two]) await transport.close();
    await proxy.close();
    disk.remove();
  });

  const files = (): string[] => readdirSync(disk.at('folder/x').slice(0, -2)).sort();
  /** Lets the time pass for which an answer of the server is believed. */
  const later = (): void => void vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });

  it('is a file that the server keeps for one connection, with its holder named beside it, and leaves nothing', async () => {
    const lease = must(await one.lease(FOLDER, run('run-one')));
    expect(files()).toEqual(['lock', 'lock-holder']);
    expect(JSON.parse(readFileSync(disk.at('folder/lock-holder'), 'utf8'))).toMatchObject({
      holder: run('run-one'),
    });
    expect(await samba().openFiles()).toContainEqual(
      expect.objectContaining({ path: `${disk.folder}/folder/lock` }),
    );
    const refused = await two.lease(FOLDER, run('run-two'));
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'locked', retry: false });
    expect(refused._unsafeUnwrapErr().message).toContain(`run run-one of me on here, process ${process.pid}`);
    must(await lease.release());
    expect(files()).toEqual([]);
    expect(kindOf(await lease.check())).toBe('lease-lost');
  });

  it('says the time of the server, which is near ours where the server is this machine', async () => {
    const lease = must(await one.lease(FOLDER, run('run-one')));
    const off = lease.now() - BigInt(Date.now()) * 1_000_000n;
    expect(off > -2_000_000_000n && off < 2_000_000_000n).toBe(true);
  });

  it('ends with its process', async () => {
    const child = new OtherRun(samba(), disk.folder);
    expect(await child.says()).toBe('ok');
    const refused = await two.lease(FOLDER, run('run-two'));
    expect(refused._unsafeUnwrapErr().message).toContain(`run child of me on here, process ${child.pid}`);
    await child.kill();
    await expect.poll(async () => kindOf(await two.lease(FOLDER, run('run-two')))).toBe('ok');
  });

  it('outlives a lost connection if nobody else had it meanwhile', async () => {
    const lease = must(await one.lease(FOLDER, run('run-one')));
    for (let times = 0; times < 3; times++) {
      proxy.cut();
      // Whether it is heard of at once or with the next call: a change gets the lease back first.
      expect(kindOf(await put(one, `file-${times}`, 'x'))).toMatch(/ok|unreachable/);
      expect(kindOf(await put(one, `again-${times}`, 'x'))).toBe('ok');
      expect(kindOf(await lease.check())).toBe('ok');
      expect(kindOf(await two.lease(FOLDER, run('run-two')))).toBe('locked');
    }
    must(await lease.release());
    expect(files()).toEqual([]);
  });

  it('outlives the server being killed and started again', async () => {
    const lease = must(await one.lease(FOLDER, run('run-one')));
    await samba().kill();
    // Left by the server, and nobody's.
    expect(files()).toEqual(['lock', 'lock-holder']);
    // That the connection is gone is heard of in a moment.
    await expect.poll(async () => kindOf(await lease.check())).not.toBe('ok');
    expect((await lease.check())._unsafeUnwrapErr()).toMatchObject({ retry: true });
    await samba().restart();
    await expect.poll(async () => kindOf(await lease.check())).toBe('ok');
    await expect.poll(async () => kindOf(await two.lease(FOLDER, run('run-two')))).toBe('locked');
  });

  it('is lost when somebody else had it while the connection was lost, even if he gave it back', async () => {
    for (const gives of [true, false]) {
      const lease = must(await one.lease(FOLDER, run('run-one')));
      proxy.cut();
      await expect.poll(async () => kindOf(await two.lease(FOLDER, run('run-two')))).toBe('ok');
      if (gives) {
        await two.close();
        two = await open(samba(), { folder: disk.folder });
      }
      await expect.poll(async () => kindOf(await lease.check())).toBe('lease-lost');
      expect(kindOf(await lease.check())).toBe('lease-lost');
      must(await lease.release());
      expect(kindOf(await one.lease(FOLDER, run('run-three')))).toBe(gives ? 'ok' : 'locked');
      await one.close();
      one = await open(samba(), { folder: disk.folder, port: proxy.port });
    }
  });

  it('that was lost with the connection lets nothing more be changed, until it is given back', async () => {
    must(await put(one, 'file', 'content'));
    const lease = must(await one.lease(FOLDER, run('run-one')));
    proxy.cut();
    await expect.poll(async () => kindOf(await two.lease(FOLDER, run('run-two')))).toBe('ok');
    const bytes = Buffer.from('new');
    const kinds = [
      kindOf(await put(one, 'other', 'x')),
      kindOf(await one.append(at('file'), 0, chunked(bytes), 3)),
      kindOf(await one.publish({ path: at('other'), temporary: at('t'), bytes })),
      kindOf(await one.rename(at('file'), at('other'))),
      kindOf(await one.remove(at('file'))),
      kindOf(await one.setModifiedTime(at('file'), 1n)),
    ];
    expect(kinds).toEqual(Array(6).fill('lease-lost'));
    expect(await textOf(one, 'file', 7)).toBe('content');
    must(await lease.release());
    expect(kindOf(await put(one, 'other', 'x'))).toBe('ok');
  });

  it('is lost when the lock or its record is taken away on the server itself, as soon as it is looked at', async () => {
    const lease = must(await one.lease(FOLDER, run('run-one')));
    rmSync(disk.at('folder/lock'));
    rmSync(disk.at('folder/lock-holder'));
    expect(kindOf(await lease.check())).toBe('ok');
    later();
    expect(kindOf(await lease.check())).toBe('lease-lost');
    must(await lease.release());
  });

  it('asks the server now and then, and not each time', async () => {
    const lease = must(await one.lease(FOLDER, run('run-one')));
    const before = proxy.traffic.up.messages;
    for (let times = 0; times < 100; times++) must(await lease.check());
    expect(proxy.traffic.up.messages).toBe(before);
    later();
    must(await lease.check());
    expect(proxy.traffic.up.messages).toBeGreaterThan(before);
  });

  it('is no lease of what lies under its name without anybody having it open, and what is no record names nobody', async () => {
    disk.write('folder/lock', 'left over');
    disk.write('folder/lock-holder', '{"holder":{"run":1}}');
    const lease = must(await one.lease(FOLDER, run('run-one')));
    writeFileSync(disk.at('folder/lock-holder'), 'x'.repeat(100_000));
    const refused = await two.lease(FOLDER, run('run-two'));
    expect(refused._unsafeUnwrapErr().message).toContain('somebody whose name cannot be read');
    later();
    expect(kindOf(await lease.check())).toBe('lease-lost');
    // Who lost it keeps it from nobody, though its connection lives.
    await expect.poll(async () => kindOf(await two.lease(FOLDER, run('run-two')))).toBe('ok');
  });

  it('cannot be broken from here while its holder lives; what a dead one left beside it is no lock', async () => {
    must(await one.lease(FOLDER, run('run-one')));
    const broken = (await two.breakLease(FOLDER))._unsafeUnwrapErr();
    expect(broken).toMatchObject({ kind: 'locked', retry: false });
    expect(broken.message).toContain('run run-one of me on here');
    expect(broken.hint).toContain('end that run');
    expect(must(await two.breakLease(at('never/was')))).toBeNull();

    proxy.cut();
    await expect.poll(async () => kindOf(await two.breakLease(FOLDER))).toBe('ok');
    await expect.poll(files).toEqual([]);
    expect(await samba().openFiles()).toEqual([]);
  });
});

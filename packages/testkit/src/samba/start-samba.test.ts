import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { answersSmb } from './answers-smb.js';
import { needSamba } from './needs.js';
import type { Samba, SambaOptions } from './samba-options.js';
import { startSamba } from './start-samba.js';

const run = promisify(execFile);

async function started<const Share extends string = 'share'>(options: SambaOptions<Share> = {}) {
  const samba = await startSamba(options);
  onTestFinished(() => samba.stop());
  return samba;
}

function homeOf(samba: Samba): string {
  const [folder = ''] = Object.values(samba.folders);
  return dirname(dirname(folder));
}

/** What smbclient prints, errors too. */
async function smbclient(samba: Samba, share: string, commands: string, ...more: string[]) {
  const target = [`//${samba.host}/${share}`, '-p', String(samba.port), '-A', samba.authFile];
  const { stdout, stderr } = await run('smbclient', [...target, ...more, '-c', commands]).catch(
    (failed: unknown) => failed as { stdout: string; stderr: string },
  );
  return stdout + stderr;
}

/** smbclient as it waits for commands. */
function talkTo(samba: Samba, share: string) {
  const target = [`//${samba.host}/${share}`, '-p', String(samba.port), '-A', samba.authFile];
  const child = spawn('smbclient', target, { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

it('serves files of its folder, two servers at once, and leaves nothing behind', async (context) => {
  needSamba(context);
  const [one, other] = await Promise.all([started(), started()]);
  writeFileSync(join(one.folders.share, 'a.txt'), 'of one');
  writeFileSync(join(other.folders.share, 'a.txt'), 'of the other');
  const [home, target] = [homeOf(one), join(one.folders.share, 'got')];
  await smbclient(one, 'share', `get a.txt ${target}; put ${target} b.txt`);
  expect(readFileSync(join(one.folders.share, 'b.txt'), 'utf8')).toBe('of one');
  expect(readdirSync(other.folders.share)).toEqual(['a.txt']);
  await one.stop();
  await one.stop();
  expect(existsSync(home)).toBe(false);
  expect(await answersSmb(one.host, one.port)).toBe('none');
  expect(await answersSmb(other.host, other.port)).toBe('smb');
});

it('is as strict as it is told to be', async (context) => {
  needSamba(context);
  const samba = await started({
    signing: 'mandatory',
    minProtocol: 'SMB3_00',
    shares: {
      open: {},
      safe: { encrypt: 'required' },
      fixed: { readOnly: true },
      exact: { caseSensitive: 'yes' },
    },
  });
  const file = join(samba.folders.open, 'b.txt');
  writeFileSync(file, 'b');
  expect(await smbclient(samba, 'open', 'ls', '-m', 'SMB2_10')).toContain('NT_STATUS');
  expect(await smbclient(samba, 'open', 'ls')).toContain('b.txt');
  expect(await smbclient(samba, 'safe', 'ls', '--client-protection=sign', '-m', 'SMB2_10')).toContain(
    'NT_STATUS',
  );
  expect(await smbclient(samba, 'fixed', `put ${file} b.txt`)).toContain('NT_STATUS_ACCESS_DENIED');
  expect(await smbclient(samba, 'exact', `put ${file} c; put ${file} C`)).not.toContain('NT_STATUS');
  expect(readdirSync(samba.folders.exact).sort()).toEqual(['C', 'c']);
  expect(readdirSync(samba.folders.fixed)).toEqual([]);
});

it('writes a configuration that Samba knows every word of', async (context) => {
  needSamba(context);
  const samba = await started({
    signing: 'mandatory',
    encrypt: 'required',
    maxProtocol: 'SMB3_11',
    shares: { one: { readOnly: true, encrypt: 'required', caseSensitive: 'no' }, other: {} },
    settings: { 'smb2 max credits': '64' },
  });
  const { stdout, stderr } = await run('testparm', ['-s', join(homeOf(samba), 'smb.conf')]);
  expect(stderr).not.toMatch(/unknown|ignoring|error/i);
  for (const line of [
    'server signing = required',
    'server smb encrypt = required',
    'smb2 max credits = 64',
  ]) {
    expect(stdout).toContain(line);
  }
});

it('shows its shares, and takes down what it started for that', async (context) => {
  needSamba(context);
  const samba = await started({ shares: { one: {}, other: {} } });
  const { stdout } = await run('smbclient', [
    '-g',
    '-L',
    `//${samba.host}`,
    '-p',
    String(samba.port),
    '-A',
    samba.authFile,
  ]);
  expect(stdout).toContain('Disk|other|');
  await samba.stop();
  const { stdout: processes } = await run('ps', ['-eo', 'args']);
  expect(processes).not.toContain(homeOf(samba));
});

it('gives a share a disk of its own, which can be full', async (context) => {
  needSamba(context, { smallDisk: true });
  const samba = await started({ shares: { small: { diskBytes: 65_536 } } });
  const big = join(samba.folders.small, '..', 'big');
  writeFileSync(big, Buffer.alloc(200_000));
  const printed = await smbclient(samba, 'small', `put ${big} big`);
  expect(printed, samba.log()).toContain('NT_STATUS_DISK_FULL');
  await samba.stop();
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(samba.folders.small);
});

it('is gone when killed, and comes back on the same port with its files and users', async (context) => {
  needSamba(context);
  const samba = await started();
  const { port } = samba;
  const socket = connect(port, samba.host);
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  expect(await smbclient(samba, 'share', 'mkdir kept')).not.toContain('NT_STATUS');
  await samba.kill();
  await ended;
  expect(await answersSmb(samba.host, port)).toBe('none');
  await samba.restart();
  await samba.restart();
  expect(samba.port).toBe(port);
  expect(await smbclient(samba, 'share', 'ls')).toContain('kept');
});

it('answers nobody while it is frozen, old clients or new, and goes on afterwards', async (context) => {
  needSamba(context);
  const samba = await started();
  const child = talkTo(samba, 'share');
  const made = () => readdirSync(samba.folders.share);
  child.stdin.write('mkdir one\n');
  await expect.poll(made, { timeout: 20_000 }).toEqual(['one']);
  samba.freeze();
  child.stdin.write('mkdir two\n');
  expect(await answersSmb(samba.host, samba.port)).toBe('none');
  expect(made()).toEqual(['one']);
  samba.thaw();
  await expect.poll(made, { timeout: 20_000 }).toHaveLength(2);
  expect(await answersSmb(samba.host, samba.port)).toBe('smb');
});

it('tells what its clients hold open', async (context) => {
  needSamba(context, { openFiles: true });
  const samba = await started({ shares: { one: {}, other: {} } });
  writeFileSync(join(samba.folders.other, 'held.txt'), 'held');
  expect(await samba.openFiles()).toEqual([]);
  const child = talkTo(samba, 'other');
  child.stdin.write('open held.txt\n');
  await expect
    .poll(() => samba.openFiles(), { timeout: 20_000 })
    .toEqual([{ folder: samba.folders.other, path: 'held.txt', handles: 1 }]);
  child.kill('SIGKILL');
  await expect.poll(() => samba.openFiles(), { timeout: 20_000 }).toEqual([]);
});

it('says why it cannot start', async (context) => {
  needSamba(context);
  await expect(startSamba({ user: 'nobody-of-that-name' })).rejects.toThrow(/nobody-of-that-name/);
  await expect(
    startSamba({ settings: { 'server role': 'active directory domain controller' } }),
  ).rejects.toThrow();
});

import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noSamba, startSamba, type Samba } from '@sessionkeep/testkit/samba';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectOptions, SmbShare } from '../src/index.js';
import { shareOf } from './helpers/connect.js';
import { must } from './helpers/must.js';
import { needSmbclient, smbclient } from './helpers/smbclient.js';

const KIB = 1024;
const MIB = KIB * KIB;

/** Around what fits one request, one credit and one round trip. */
const SIZES = [0, 1, 65_536, 65_537, MIB, MIB + 1, 4 * MIB + 3];

const MODES: readonly (readonly [name: string, options: Partial<ConnectOptions>])[] = [
  ['3.1.1, signed', { versions: ['3.1.1'] }],
  ['3.1.1, encrypted', { versions: ['3.1.1'], encryption: 'required' }],
  ['3.1.1, without compounds', { versions: ['3.1.1'], compounds: false }],
  ['3.0.2, encrypted', { versions: ['3.0.2'], encryption: 'required' }],
  ['3.0, signed', { versions: ['3.0'] }],
  ['2.1, signed', { versions: ['2.1'] }],
  ['unsigned', { signing: 'if-required' }],
];

/** All that a share takes in a name: composed and decomposed, beyond the basic plane, and what shells and servers mind. */
const NAMES = [
  'plain.jsonl',
  'two  spaces.txt',
  ' begins with one',
  'Übergrößenträger.txt',
  'Übergrößenträger.txt'.normalize('NFD'),
  '日本語のファイル.jsonl',
  'Ελληνικά и кириллица',
  'emoji 👩‍👩‍👧‍👦 𝕊𝕄𝔹.txt',
  "#%&'()+,;=@[]^_`{}~$!-",
  '-begins-with-a-dash',
  '.hidden',
  'a..b...c',
  'private \uf03a\uf02a\uf03f\uf022\uf03c\uf03e\uf07c range',
  'ends in the private range\uf028',
  `${'l'.repeat(250)}.ends`,
  'ﬁ ſ İ ı ß ẞ',
];

let samba: Samba;
let local: string;

beforeAll(async () => {
  local = mkdtempSync(join(tmpdir(), 'interop-'));
  if (noSamba() === null) samba = await startSamba();
});

afterAll(async () => {
  rmSync(local, { recursive: true, force: true });
  if (noSamba() === null) await samba.stop();
});

function inFolder(name: string): { readonly here: string; readonly there: string } {
  const [here, there] = [join(local, name), join(samba.folders['share'] ?? '', name)];
  mkdirSync(here);
  mkdirSync(there);
  return { here, there };
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const random = (size: number): Buffer => randomFillSync(Buffer.alloc(size));

/** Each of the ways in which this client writes a file. */
const WRITERS: Readonly<Record<string, (share: SmbShare, path: string, bytes: Buffer) => Promise<void>>> = {
  publish: async (share, path, bytes) => {
    await must(share.publish({ path, temporary: `${path}.part`, bytes }));
  },
  stream: async (share, path, bytes) => {
    const file = await must(share.open(path, { mode: 'create', access: ['write'] }));
    const chunks = function* () {
      for (let at = 0; at < bytes.length; at += 300_001) yield bytes.subarray(at, at + 300_001);
    };
    expect(await must(file.writeStream(chunks()))).toBe(bytes.length);
    await must(file.close({ flush: true }));
  },
  'from the end': async (share, path, bytes) => {
    const file = await must(share.open(path, { mode: 'create', access: ['write'] }));
    const parts = [];
    for (let at = 0; at < bytes.length; at += 1_100_000) parts.push(at);
    await Promise.all(parts.reverse().map((at) => must(file.write(at, bytes.subarray(at, at + 1_100_000)))));
    await must(file.close());
  },
};

/** Each of the ways in which this client reads a file. */
const READERS: Readonly<Record<string, (share: SmbShare, path: string) => Promise<Uint8Array>>> = {
  readFile: async (share, path) => (await must(share.readFile(path))).bytes,
  stream: async (share, path) => {
    const file = await must(share.open(path));
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.readStream()) chunks.push(await must(chunk));
    await must(file.close());
    return Buffer.concat(chunks);
  },
};

describe.each(MODES)('%s', (mode, options) => {
  it('smbclient reads what we write, byte for byte', async (context) => {
    needSmbclient(context);
    const folder = `write ${mode}`;
    const { here, there } = inFolder(folder);
    const share = await shareOf(samba, options);
    const written = new Map<string, string>();
    for (const [way, write] of Object.entries(WRITERS)) {
      for (const size of SIZES) {
        const [name, bytes] = [`${way} ${size}`, random(size)];
        await write(share, `${folder}/${name}`, bytes);
        written.set(name, digest(bytes));
      }
    }
    await smbclient(samba, here, [`cd "${folder}"`, 'prompt', 'mget *']);
    expect(readdirSync(there).sort()).toEqual([...written.keys()].sort());
    const got = readdirSync(here).map((name) => [name, digest(readFileSync(join(here, name)))] as const);
    expect(new Map(got)).toEqual(written);
  });

  it('we read what smbclient writes, byte for byte', async (context) => {
    needSmbclient(context);
    const folder = `read ${mode}`;
    const { here } = inFolder(folder);
    const made = SIZES.map((size) => ({ name: `file ${size}`, bytes: random(size) }));
    for (const { name, bytes } of made) writeFileSync(join(here, name), bytes);
    await smbclient(samba, here, [`cd "${folder}"`, 'prompt', 'mput *']);
    const share = await shareOf(samba, options);
    for (const { name, bytes } of made) {
      for (const [way, read] of Object.entries(READERS)) {
        const got = await read(share, `${folder}/${name}`);
        expect([way, name, digest(got)]).toEqual([way, name, digest(bytes)]);
      }
    }
  });
});

it('smbclient and we see the same names, however they are spelled', async (context) => {
  needSmbclient(context);
  const { here, there } = inFolder('names');
  const share = await shareOf(samba);
  const [ours, theirs] = NAMES.map((name, index) => [name, index % 2] as const).reduce<[string[], string[]]>(
    (sides, [name, side]) => (sides[side]?.push(name), sides),
    [[], []],
  );
  for (const name of ours) {
    await must(
      share.publish({ path: `names/${name}`, temporary: 'names/temporary', bytes: Buffer.from(name) }),
    );
  }
  for (const name of theirs) writeFileSync(join(here, name), name);
  await smbclient(samba, here, ['cd names', ...theirs.map((name) => `put "${name}"`)]);
  expect(readdirSync(there).sort()).toEqual([...NAMES].sort());
  const listed: string[] = [];
  for await (const entry of share.list('names')) listed.push((await must(entry)).name);
  expect(listed.sort()).toEqual([...NAMES].sort());
  for (const name of NAMES) {
    const { bytes } = await must(share.readFile(`names/${name}`));
    expect(Buffer.from(bytes).toString()).toBe(name);
  }
  const back = join(here, 'back');
  mkdirSync(back);
  await smbclient(samba, back, ['cd names', ...NAMES.map((name) => `get "${name}"`)]);
  for (const name of NAMES) expect(readFileSync(join(back, name), 'utf8')).toBe(name);
});

it('smbclient and we see the names that are devices to Windows as the server shows them', async (context) => {
  needSmbclient(context);
  const { here, there } = inFolder('devices');
  const share = await shareOf(samba);
  const devices = ['CON', 'nul.jsonl', 'com1', 'AUX.txt'];
  for (const name of devices) {
    const bytes = Buffer.from(name);
    await must(share.publish({ path: `devices/${name}`, temporary: 'devices/temporary', bytes }));
  }
  expect(readdirSync(there).sort()).toEqual([...devices].sort());
  const theirs = await smbclient(samba, here, ['cd devices', 'ls']);
  const read: string[] = [];
  for await (const entry of share.list('devices')) {
    const { name } = await must(entry);
    // Samba lists them by other names, by which they can be had as well as by their own.
    expect(theirs).toContain(`  ${name} `);
    read.push(Buffer.from((await must(share.readFile(`devices/${name}`))).bytes).toString());
  }
  expect(read.sort()).toEqual([...devices].sort());
  for (const name of devices) {
    expect(Buffer.from((await must(share.readFile(`devices/${name}`))).bytes).toString()).toBe(name);
  }
});

it('smbclient sees the times and sizes that we set, and we those that it sees', async (context) => {
  needSmbclient(context);
  const { here, there } = inFolder('times');
  const share = await shareOf(samba);
  const modified = 1_700_000_001_123_456_700n;
  const [path, temporary] = ['times/a.txt', 'times/t'];
  await must(share.publish({ path, temporary, bytes: random(5000), times: { modified } }));
  expect(statSync(join(there, 'a.txt'), { bigint: true }).mtimeNs).toBe(modified);
  const info = await smbclient(samba, here, ['cd times', 'allinfo a.txt']);
  const local = new Date(Number(modified / 1_000_000n));
  expect(info).toMatch(
    new RegExp(`write_time:.*${local.toTimeString().slice(0, 8)}.*${local.getFullYear()}`),
  );
  expect(info).toContain('5000 bytes');
  writeFileSync(join(here, 'b.txt'), random(777));
  await smbclient(samba, here, ['cd times', 'put b.txt', 'mkdir folder']);
  const seen = await must(share.stat('times/b.txt'));
  const real = statSync(join(there, 'b.txt'), { bigint: true });
  expect(seen).toMatchObject({ kind: 'file', size: 777 });
  // NTFS counts in 100 ns.
  expect(seen.modified).toBe(real.mtimeNs - (real.mtimeNs % 100n));
  expect(await must(share.stat('times/folder'))).toMatchObject({ kind: 'folder' });
});

it('what one renames or removes is so for the other', async (context) => {
  needSmbclient(context);
  const { here } = inFolder('moves');
  const share = await shareOf(samba);
  await must(share.mkdir('moves/deep/er', { recursive: true }));
  await must(share.publish({ path: 'moves/deep/er/a', temporary: 'moves/t', bytes: Buffer.from('a') }));
  await smbclient(samba, here, ['cd moves', 'rename deep\\er\\a deep\\b']);
  expect((await share.stat('moves/deep/er/a')).isErr()).toBe(true);
  await must(share.rename('moves/deep/b', 'moves/c'));
  await smbclient(samba, here, ['cd moves', 'get c', 'rm c', 'rmdir deep\\er']);
  expect(readFileSync(join(here, 'c'), 'utf8')).toBe('a');
  await must(share.removeFolder('moves/deep'));
  expect(await smbclient(samba, here, ['cd moves', 'ls'])).not.toMatch(/deep|\bc\b +A/);
});

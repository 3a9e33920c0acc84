import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import type { Transport } from '@sessionkeep/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLocalTransport } from './open-local-transport.js';
import { at, bytes, kindOf, must, readText, scanKinds, TestDisk } from './test/disk.js';
import { Flipper } from './test/flipper.js';

let disk: TestDisk;
let transport: Transport;

beforeEach(async () => {
  disk = new TestDisk();
  mkdirSync(disk.root);
  transport = await disk.open();
});

afterEach(async () => {
  await transport.close();
  disk.remove();
});

describe('links', () => {
  it('are followed over other links, and refused wherever one of them leads out', async () => {
    disk.write('a/file');
    symlinkSync('../a/file', disk.at('b/one'));
    symlinkSync('one', disk.at('b/two'));
    symlinkSync(disk.at('a/file'), disk.at('b/absolute'));
    symlinkSync('out', disk.at('b/over'));
    symlinkSync(join(disk.outside, 'inside.jsonl'), disk.at('b/out'));
    symlinkSync(`../../${basename(disk.root)}/a/file`, disk.at('b/around'));
    symlinkSync('..', disk.at('b/up'));
    symlinkSync('../..', disk.at('b/top'));
    symlinkSync('pong', disk.at('b/ping'));
    symlinkSync('ping', disk.at('b/pong'));
    symlinkSync('file/x', disk.at('a/through'));
    expect(await scanKinds(transport)).toEqual({
      'a/file': 'file',
      'a/through': 'link-broken',
      'b/one': 'file',
      'b/two': 'file',
      'b/absolute': 'file',
      'b/over': 'link-out',
      'b/out': 'link-out',
      'b/around': 'file',
      'b/up': 'link-folder',
      'b/top': 'link-out',
      'b/ping': 'link-broken',
      'b/pong': 'link-broken',
    });
    for (const path of ['b/one', 'b/two', 'b/absolute', 'b/around']) {
      expect(await readText(transport, path, 7)).toBe('content');
    }
    for (const path of ['b/over', 'b/out', 'b/ping', 'b/top/outside/inside.jsonl']) {
      expect(await readText(transport, path, 1)).toBe('unsafe');
    }
  });

  it('that stay inside are not written through either, at the end or on the way', async () => {
    disk.write('folder/file');
    symlinkSync('folder/file', disk.at('alias'));
    symlinkSync('folder', disk.at('door'));
    const before = must(await transport.stat(at('folder/file')));
    const kinds = [
      kindOf(await transport.append(at('alias'), 7, bytes('x'), 1)),
      kindOf(await transport.setModifiedTime(at('alias'), 1_000_000_000n)),
      kindOf(await transport.append(at('door/file'), 7, bytes('x'), 1)),
      kindOf(await transport.create(at('door/new'), bytes('x'), 1)),
      kindOf(await transport.create(at('door/new/deep'), bytes('x'), 1)),
      kindOf(await transport.remove(at('door/file'))),
      kindOf(await transport.rename(at('door/file'), at('moved'))),
    ];
    expect(new Set(kinds)).toEqual(new Set(['unsafe']));
    expect(must(await transport.stat(at('folder/file')))).toEqual(before);
    expect(readdirSync(disk.at('folder'))).toEqual(['file']);
  });

  it("to a folder beside the root whose name begins like the root's lead out", async () => {
    const beside = `${disk.root}-beside`;
    mkdirSync(beside);
    symlinkSync(beside, disk.at('door'));
    expect(await scanKinds(transport)).toEqual({ door: 'link-out' });
    expect(kindOf(await transport.create(at('door/new'), bytes('x'), 1))).toBe('unsafe');
    expect(readdirSync(beside)).toEqual([]);
  });

  it('in place of the root are resolved once, and no more when they are turned', async () => {
    disk.write('file');
    const link = join(dirname(disk.root), 'link');
    symlinkSync(disk.root, link);
    const through = must(await openLocalTransport({ root: link }));
    unlinkSync(link);
    symlinkSync(disk.outside, link);
    expect(await scanKinds(through)).toEqual({ file: 'file' });
    must(await through.create(at('new'), bytes('x'), 1));
    expect(disk.untouched()).toBe(true);
  });

  it('that are hard are files like any other', async () => {
    disk.write('one');
    linkSync(disk.at('one'), disk.at('two'));
    expect(await scanKinds(transport)).toEqual({ one: 'file', two: 'file' });
  });
});

describe('what is no file', () => {
  it('is named for what it is', async () => {
    const server = createServer().listen(disk.at('socket'));
    await once(server, 'listening');
    execFileSync('mkfifo', [disk.at('pipe')]);
    const root = process.getuid?.() === 0;
    if (root) execFileSync('mknod', [disk.at('device'), 'c', '1', '3']);
    expect(await scanKinds(transport)).toEqual({
      socket: 'socket',
      pipe: 'pipe',
      ...(root ? { device: 'device' } : {}),
    });
    for (const path of ['socket', 'pipe', 'device']) {
      if (path !== 'device' || root) expect(await readText(transport, path, 1)).toBe('changed');
    }
    server.close();
  });

  it('is refused through a link too', async () => {
    execFileSync('mkfifo', [disk.at('pipe')]);
    symlinkSync('pipe', disk.at('alias'));
    expect(await scanKinds(transport)).toEqual({ pipe: 'pipe', alias: 'pipe' });
    expect(await readText(transport, 'alias', 1)).toBe('changed');
  });
});

/** Puts a link to the folder outside in the place of a folder inside. */
function swap(folder: string): void {
  renameSync(disk.at(folder), join(dirname(disk.root), 'moved-away'));
  symlinkSync(disk.outside, disk.at(folder));
}

/** The files that a scan gives, if it gives any. */
async function scanned(from: Transport): Promise<string[]> {
  const paths: string[] = [];
  for await (const batch of from.scan(at(''))) {
    if (batch.isErr()) continue;
    paths.push(
      ...batch.value
        .filter(({ kind, path }) => kind === 'file' && path.endsWith('inside.jsonl'))
        .map(({ path }) => path),
    );
  }
  return paths;
}

describe('a folder that is swapped for a link in mid-run', () => {
  it('between scan and read gives nothing of what lies outside', async () => {
    disk.write('folder/inside.jsonl', 'mine!!');
    for await (const batch of transport.scan(at(''))) expect(must(batch)).toHaveLength(1);
    swap('folder');
    expect(await readText(transport, 'folder/inside.jsonl', 6)).toBe('unsafe');
    expect(kindOf(await transport.stat(at('folder/inside.jsonl')))).toBe('unsafe');
    for await (const answer of transport.digest([
      { path: at('folder/inside.jsonl'), offset: 0, length: 6 },
    ])) {
      expect(kindOf(answer)).toBe('unsafe');
    }
  });

  it('between two writes puts nothing outside', async () => {
    must(await transport.create(at('folder/one'), bytes('x'), 1));
    swap('folder');
    const data = Buffer.from('x');
    const kinds = [
      kindOf(await transport.create(at('folder/two'), bytes('x'), 1)),
      kindOf(await transport.create(at('folder/deep/two'), bytes('x'), 1)),
      kindOf(await transport.append(at('folder/inside.jsonl'), 0, bytes('x'), 1)),
      kindOf(await transport.publish({ path: at('folder/two'), temporary: at('t'), bytes: data })),
      kindOf(await transport.publish({ path: at('two'), temporary: at('folder/t'), bytes: data })),
      kindOf(await transport.remove(at('folder/inside.jsonl'))),
      kindOf(await transport.rename(at('folder/inside.jsonl'), at('stolen'))),
      kindOf(await transport.setModifiedTime(at('folder/inside.jsonl'), 1n)),
      kindOf(await transport.flush([at('folder')])),
      kindOf(await transport.probe(at('folder'), 'write')),
      kindOf(await transport.lease(at('folder'), { run: 'r', host: 'h', user: 'u', pid: 1, since: 's' })),
    ];
    expect(new Set(kinds)).toEqual(new Set(['unsafe']));
    expect(disk.untouched()).toBe(true);
  });

  it('while bytes are on their way is written into where it was, not where the link leads', async () => {
    disk.write('folder/log', 'one');
    const swapping = (async function* () {
      yield* bytes('two');
      swap('folder');
      yield* bytes('three');
    })();
    must(await transport.append(at('folder/log'), 3, swapping, 8));
    expect(disk.untouched()).toBe(true);
  });

  it('between its listing and its turn is not entered', async () => {
    disk.write('folder/mine.jsonl');
    disk.write('other/file');
    const entries: string[] = [];
    // The port may be asked about any path: asked about the folder, it has been listed and not been entered.
    const skip = (path: string): boolean => {
      if (path === 'folder') swap('folder');
      return false;
    };
    for await (const batch of transport.scan(at(''), { skip })) {
      for (const entry of must(batch)) entries.push(`${entry.path} ${entry.kind}`);
    }
    expect(entries.sort()).toEqual(['folder unreadable', 'other/file file']);
  });

  it('while its files are looked at counts as unreadable', async () => {
    for (let index = 0; index < 10; index++) disk.write(`folder/${index}`);
    const kinds: string[] = [];
    let swapped = false;
    const skip = (path: string): boolean => {
      if (path.startsWith('folder/') && !swapped) {
        swapped = true;
        swap('folder');
      }
      return false;
    };
    for await (const batch of transport.scan(at(''), { skip })) {
      for (const entry of must(batch)) kinds.push(`${entry.path} ${entry.kind}`);
    }
    expect(kinds).toEqual(['folder unreadable']);
  });

  it('while it is scanned itself counts as unreadable, with all that was seen since', async () => {
    for (let index = 0; index < 10; index++) disk.write(`folder/${index}`);
    const kinds: string[] = [];
    let swapped = false;
    const skip = (): boolean => {
      if (!swapped) swap('folder');
      swapped = true;
      return false;
    };
    for await (const batch of transport.scan(at('folder'), { skip })) {
      for (const entry of must(batch)) kinds.push(`${entry.path} ${entry.kind}`);
    }
    expect(kinds).toEqual([' unreadable']);
  });

  it('while a folder inside it is listed leaves that unreadable too', async () => {
    disk.write('folder/inner/mine.jsonl');
    const elsewhere = mkdtempSync(join(dirname(disk.root), 'elsewhere-'));
    mkdirSync(join(elsewhere, 'inner'));
    const kinds: string[] = [];
    const skip = (path: string): boolean => {
      if (path === 'folder/inner/mine.jsonl') {
        rmSync(disk.at('folder'), { recursive: true });
        symlinkSync(elsewhere, disk.at('folder'));
      }
      return false;
    };
    for await (const batch of transport.scan(at(''), { skip })) {
      for (const entry of must(batch)) kinds.push(`${entry.path} ${entry.kind}`);
    }
    expect(kinds).toEqual(['folder/inner unreadable']);
  });

  it('for a link to an empty folder is not taken for an emptied one', async () => {
    disk.write('folder/mine.jsonl');
    const empty = mkdtempSync(join(dirname(disk.root), 'empty-'));
    const skip = (path: string): boolean => {
      if (path === 'folder') {
        rmSync(disk.at('folder'), { recursive: true });
        symlinkSync(empty, disk.at('folder'));
      }
      return false;
    };
    const kinds: string[] = [];
    for await (const batch of transport.scan(at(''), { skip }))
      kinds.push(...must(batch).map(({ kind }) => kind));
    expect(kinds).toEqual(['unreadable']);
  });

  it('again and again, by another process, never gives a byte from outside nor leaves one there', async () => {
    disk.write('folder/inside.jsonl', 'mine!!');
    const flipper = new Flipper(disk.at('folder'), disk.outside);
    await flipper.start();
    const seen = new Set<string>();
    for (let round = 0; round < 1000; round++) {
      seen.add(await readText(transport, 'folder/inside.jsonl', 6));
      seen.add(kindOf(await transport.append(at('folder/inside.jsonl'), 6, bytes(), 0)));
      seen.add(kindOf(await transport.create(at(`folder/new-${round}`), bytes('x'), 1)));
      // Even what a scan caught in the wrong moment is not read.
      for (const path of await scanned(transport)) seen.add(await readText(transport, path, 6));
    }
    await flipper.stop();
    expect(seen).toContain('mine!!');
    expect(seen).toContain('unsafe');
    expect(seen).not.toContain('secret');
    expect(readdirSync(disk.outside)).toEqual(['inside.jsonl']);
    expect(disk.untouched()).toBe(true);
  });
});

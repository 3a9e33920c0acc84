import { mkdirSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNames } from './raw-names.js';
import { scanKinds, TestDisk } from './test/disk.js';

let disk: TestDisk;

beforeEach(() => {
  disk = new TestDisk();
  mkdirSync(disk.root);
});

afterEach(() => disk.remove());

const raw = (...name: number[]): Buffer => Buffer.concat([Buffer.from(`${disk.root}/`), Buffer.from(name)]);

// APFS takes no such names.
describe.skipIf(platform() === 'darwin')('names that are no UTF-8', () => {
  it('are told apart from each other and from names that honestly hold the replacement character', async () => {
    writeFileSync(raw(0x61, 0xff), '1');
    writeFileSync(raw(0x61, 0xfe), '2');
    mkdirSync(raw(0xc3));
    disk.write('a\ufffd', 'honest');
    disk.write('plain');
    disk.write('a\ufffd (bytes 61ff)', 'called what we would call another');
    const { entries, foreign } = readNames(disk.root);
    expect(entries.map(({ name }) => name).sort()).toEqual(['a\ufffd', 'a\ufffd (bytes 61ff)', 'plain']);
    expect(foreign.map(({ folder }) => folder).sort()).toEqual([false, false, true]);
    const kinds = await scanKinds(await disk.open());
    expect(Object.keys(kinds)).toHaveLength(6);
    expect(Object.values(kinds).sort()).toEqual([
      ...Array<string>(3).fill('file'),
      ...Array<string>(3).fill('name-not-utf8'),
    ]);
  });
});

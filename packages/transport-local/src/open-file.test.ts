import { closeSync, fstatSync, mkdirSync, openSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { liesInside } from './open-file.js';
import { TestDisk } from './test/disk.js';

/** As on a system that does not say where an open file lies. */
const silent = (): null => null;

let disk: TestDisk;

beforeEach(() => {
  disk = new TestDisk();
  disk.write('folder/inside.jsonl', 'mine');
});

afterEach(() => disk.remove());

function proofs(path: string, meanwhile: () => void = () => undefined): [boolean, boolean] {
  const absolute = join(disk.root, path);
  const fd = openSync(absolute, 'r');
  const stat = fstatSync(fd, { bigint: true });
  meanwhile();
  try {
    return [liesInside(fd, stat, disk.root, absolute), liesInside(fd, stat, disk.root, absolute, silent)];
  } finally {
    closeSync(fd);
  }
}

it('both proofs accept what lies inside', () => {
  expect(proofs('folder/inside.jsonl')).toEqual([true, true]);
});

it('both proofs refuse what was reached through a link out', () => {
  symlinkSync(disk.outside, disk.at('door'));
  expect(proofs('door/inside.jsonl')).toEqual([false, false]);
});

it('both proofs refuse it when the link is gone again', () => {
  symlinkSync(disk.outside, disk.at('door'));
  const restore = (): void => {
    renameSync(disk.at('door'), disk.at('door-away'));
    mkdirSync(disk.at('door'));
    disk.write('door/inside.jsonl', 'mine');
  };
  expect(proofs('door/inside.jsonl', restore)).toEqual([false, false]);
});

it('without being told, a file whose name is gone cannot be proven', () => {
  const away = (): void => renameSync(disk.at('folder'), disk.at('elsewhere'));
  expect(proofs('folder/inside.jsonl', away)).toEqual([true, false]);
});

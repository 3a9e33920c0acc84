import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  type PathLike,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moveFile } from './move-file.js';
import { kindOf, TestDisk } from './test/disk.js';

const ATTEMPT = { transport: 'disk', operation: 'rename', path: 'a' };

let disk: TestDisk;
let from: string;
let to: string;

beforeEach(() => {
  disk = new TestDisk();
  from = disk.write('from', 'mine');
  to = disk.at('to');
});

afterEach(() => disk.remove());

/** What a file system without links does. */
function refusing(code: string) {
  return (_from: PathLike, _to: PathLike): void => {
    throw Object.assign(new Error(`${code}: no, link`), { code });
  };
}

describe.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])(
  'where a link is answered by %s',
  (code) => {
    it('a file is renamed all the same', () => {
      expect(kindOf(moveFile(from, to, ATTEMPT, refusing(code)))).toBe('ok');
      expect(readFileSync(to, 'utf8')).toBe('mine');
      expect(existsSync(from)).toBe(false);
    });

    it('nothing is replaced, not a file, a folder or a link to nothing', () => {
      disk.write('to', 'precious');
      expect(kindOf(moveFile(from, to, ATTEMPT, refusing(code)))).toBe('exists');
      expect(readFileSync(to, 'utf8')).toBe('precious');
      mkdirSync(disk.at('folder'));
      expect(kindOf(moveFile(from, disk.at('folder'), ATTEMPT, refusing(code)))).toBe('exists');
      symlinkSync('nothing', disk.at('link'));
      expect(kindOf(moveFile(from, disk.at('link'), ATTEMPT, refusing(code)))).toBe('exists');
      expect(readFileSync(from, 'utf8')).toBe('mine');
    });
  },
);

describe('where links are made', () => {
  it('any other error is the answer, and nothing is renamed', () => {
    expect(kindOf(moveFile(from, to, ATTEMPT, refusing('EIO')))).toBe('io');
    expect(kindOf(moveFile(from, to, ATTEMPT, refusing('ENOSPC')))).toBe('full');
    expect(existsSync(to)).toBe(false);
  });

  it('a name taken in the last moment is not replaced', () => {
    const late = (a: PathLike, b: PathLike): void => {
      disk.write('to', 'precious');
      linkSync(a, b);
    };
    expect(kindOf(moveFile(from, to, ATTEMPT, late))).toBe('exists');
    expect(readFileSync(to, 'utf8')).toBe('precious');
    expect(readFileSync(from, 'utf8')).toBe('mine');
  });

  it('a folder and a link move as what they are', () => {
    disk.write('folder/file', 'x');
    symlinkSync('from', disk.at('link'));
    expect(kindOf(moveFile(disk.at('folder'), disk.at('moved'), ATTEMPT))).toBe('ok');
    expect(readFileSync(disk.at('moved/file'), 'utf8')).toBe('x');
    expect(kindOf(moveFile(disk.at('link'), disk.at('alias'), ATTEMPT))).toBe('ok');
    expect(readlinkSync(disk.at('alias'))).toBe('from');
  });
});

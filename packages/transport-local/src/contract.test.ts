import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeTransportContract, type Opened } from '@sessionkeep/testkit/contract';
import { TestDisk } from './test/disk.js';

async function open(parent: string): Promise<Opened> {
  const disk = new TestDisk(parent);
  const leadOut = async (path: string, target: string): Promise<() => Promise<boolean>> => {
    symlinkSync(target, disk.at(path));
    return async () => disk.untouched();
  };
  return {
    transport: await disk.open(),
    reopen: () => disk.open(),
    outside: {
      link: async (path, text) => symlinkSync(text, disk.at(path)),
      linkOut: (path) => leadOut(path, join(disk.outside, 'inside.jsonl')),
      linkFolderOut: (path) => leadOut(path, disk.outside),
      pipe: async (path) => void execFileSync('mkfifo', [disk.at(path)]),
      makeUnreadable: async (path) => disk.makeUnreadable(path),
      foreignName: async (folder) => {
        mkdirSync(disk.at(folder), { recursive: true });
        writeFileSync(
          Buffer.concat([Buffer.from(disk.at(`${folder}/`)), Buffer.from([0x2f, 0x61, 0xff])]),
          'x',
        );
      },
      replace: async (path) => {
        const fresh = disk.write(`${path}.fresh`, '!');
        renameSync(fresh, disk.at(path));
      },
    },
    cleanup: async () => disk.remove(),
  };
}

const without = platform() === 'darwin' ? { foreignName: 'APFS takes no name that is no UTF-8' } : {};

describeTransportContract('a disk', { open: () => open(tmpdir()), without });

// Another file system, with other inodes, steps of time and errors, where one is at hand.
if (existsSync('/dev/shm')) describeTransportContract('a tmpfs', { open: () => open('/dev/shm'), without });

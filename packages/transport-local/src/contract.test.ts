import { describeTransportContract, openDisk, type Opened } from '@sessionkeep/testkit/contract';
import { existsSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { openLocalTransport } from './open-local-transport.js';
import { must } from './test/disk.js';

const open = (parent: string) => (): Promise<Opened> =>
  openDisk(async (root) => must(await openLocalTransport({ root })), parent);

const without = platform() === 'darwin' ? { foreignName: 'APFS takes no name that is no UTF-8' } : {};

describeTransportContract('a disk', { open: open(tmpdir()), without });

// Another file system, with other inodes, steps of time and errors, where one is at hand.
if (existsSync('/dev/shm')) describeTransportContract('a tmpfs', { open: open('/dev/shm'), without });

import { createMemoryDisk } from '../memory/memory-disk.js';
import { describeTransportContract, type Opened } from './index.js';

async function open(): Promise<Opened> {
  const disk = createMemoryDisk();
  const hand =
    <A extends unknown[]>(act: (...args: A) => void) =>
    async (...args: A): Promise<void> =>
      act(...args);
  const leadOut = async (path: string): Promise<() => Promise<boolean>> => {
    disk.link(path, '/outside');
    return async () => true;
  };
  return {
    transport: disk.transport(),
    reopen: async () => disk.transport(),
    outside: {
      link: hand((path, text) => disk.link(path, text)),
      linkOut: leadOut,
      linkFolderOut: leadOut,
      pipe: hand((path) => disk.special(path, 'pipe')),
      makeUnreadable: hand((path) => disk.makeUnreadable(path)),
      foreignName: hand((folder) => disk.special(`${folder}/lossy\ufffd`, 'name-not-utf8')),
      replace: hand((path) => disk.replace(path, '!')),
    },
    cleanup: async () => undefined,
  };
}

describeTransportContract('a disk in memory', { open });

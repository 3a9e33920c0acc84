import type { Transport } from '@sessionkeep/core';
import { createMemoryDisk } from '../memory/memory-disk.js';
import type { Opened } from './world.js';

/**
 * A fresh disk in memory with every hook of the suite, for `open`: bare, or inside a wrapper that is
 * to be tested.
 *
 * @example
 * const options = { attempts: 3, wait: () => Promise.resolve(), sha256 };
 * describeTransportContract('patient', { open: () => openMemory((disk) => withRetry(disk, options)) });
 */
export async function openMemory(
  wrap: (transport: Transport) => Transport = (transport) => transport,
): Promise<Opened> {
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
    transport: wrap(disk.transport()),
    reopen: async () => wrap(disk.transport()),
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

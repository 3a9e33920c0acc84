import { joinPath, wrapTransport, type Range, type RelativePath, type Transport } from '@sessionkeep/core';
import { at, createMemoryDisk } from '@sessionkeep/testkit';
import { describeTransportContract, openMemory } from '@sessionkeep/testkit/contract';
import { oneFolderView } from './one-folder-view.js';

const FOLDER = at('plans');

/** What is written goes to the folder itself; what is read comes through the view, below its one folder. */
function readThroughView(inside: Transport): Transport {
  const disk = createMemoryDisk();
  disk.makeFolder(FOLDER);
  const view = oneFolderView(FOLDER, disk.transport(), inside);
  const seen = (path: RelativePath): RelativePath => joinPath(FOLDER, path);
  const moved = (ranges: readonly Range[]): Range[] =>
    ranges.map((range) => ({ ...range, path: seen(range.path) }));
  return wrapTransport(inside, (_, run) => run(), {
    close: () => view.close(),
    list: (path) => view.list(seen(path)),
    stat: (path) => view.stat(seen(path)),
    scan: (path, options) => view.scan(seen(path), options),
    read: async function* (ranges, options) {
      let index = 0;
      for await (const { chunks } of view.read(moved(ranges), options)) {
        const range = ranges[index++];
        if (range !== undefined) yield { range, chunks };
      }
    },
    digest: async function* (ranges, options) {
      let index = 0;
      for await (const digest of view.digest(moved(ranges), options)) {
        const range = ranges[index++];
        if (range !== undefined) yield digest.map((value) => ({ ...value, range }));
      }
    },
  });
}

describeTransportContract("a folder shown as a source's only one", {
  open: () => openMemory(readThroughView),
});

import { keepFilter, wrapTransport, type Transport } from '@sessionkeep/core';
import { createMemoryDisk } from '@sessionkeep/testkit';
import { expect, it } from 'vitest';
import { restoreFiles } from '../src/restore/restore-files.js';
import { verifyRepo } from '../src/verify/verify-repo.js';
import { archiveOf, ARCHIVE_ID, backup, PLACE, REPO, sourceOf } from './scenario.js';

/** The same transport, which knows how many of its reads and digests were under way at once, at most. */
function crowded(inner: Transport): { transport: Transport; most: () => number } {
  let [now, most] = [0, 0];
  const counted = <T>(ask: () => AsyncIterable<T>): AsyncIterable<T> =>
    (async function* () {
      most = Math.max(most, ++now);
      // A turn for everybody: who could be under way is.
      await new Promise((resolve) => setImmediate(resolve));
      try {
        yield* ask();
      } finally {
        now--;
      }
    })();
  const transport = wrapTransport(inner, (_, run) => run(), {
    read: (ranges, options) => counted(() => inner.read(ranges, options)),
    digest: (ranges, options) => counted(() => inner.digest(ranges, options)),
  });
  return { transport, most: () => most };
}

// More than one lane takes at once, whatever is asked for.
const FILES = Object.fromEntries(
  Array.from({ length: 500 }, (_, at) => [`log-${at.toString()}.jsonl`, `${at.toString()}\n`]),
);

it.each([1, 3])('backup, verify and restore have %i files under way at once when told so', async (lanes) => {
  const source = sourceOf(FILES);
  const target = createMemoryDisk();
  const from = crowded(source.transport());
  expect((await backup(from.transport, target, { lanes })).counts.copied).toBe(500);
  expect(from.most()).toBe(lanes);

  const kept = crowded(target.transport());
  const compared = crowded(source.transport());
  const verified = await verifyRepo({
    source: compared.transport,
    archive: archiveOf(kept.transport, ARCHIVE_ID),
    place: PLACE,
    repo: REPO,
    filter: keepFilter(),
    deep: true,
    lanes,
  });
  expect(verified.counts.matching).toBe(500);
  expect([kept.most(), compared.most()]).toEqual([lanes, lanes]);

  const read = crowded(target.transport());
  const restored = await restoreFiles({
    archive: archiveOf(read.transport, ARCHIVE_ID),
    places: [PLACE],
    into: createMemoryDisk().transport(),
    run: 'run',
    lanes,
  });
  expect(restored.counts.restored).toBe(500);
  expect(read.most()).toBe(lanes);
});

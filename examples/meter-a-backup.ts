// A transport of one's own at work: what does a backup cost its source and its archive?
//
//   node examples/meter-a-backup.ts ~/.claude/projects ./archive
//
// The second run shows that only what is new leaves the source.
import { backupSource, openArchive } from '@sessionkeep/transfer';
import { localOrigin, nodeSha256, openLocalTransport } from '@sessionkeep/transport-local';
import { ok, safeTry } from 'neverthrow';
import { resolve } from 'node:path';
import { metered, type Meter } from './metered-transport.ts';

const [from = '.', to = './archive'] = process.argv.slice(2);

const meters: Record<'source' | 'archive', Meter> = {
  source: { calls: 0, bytesRead: 0, bytesWritten: 0 },
  archive: { calls: 0, bytesRead: 0, bytesWritten: 0 },
};

const done = await safeTry(async function* () {
  const source = metered(yield* await openLocalTransport({ root: resolve(from) }), meters.source);
  const target = metered(yield* await openLocalTransport({ root: resolve(to) }), meters.archive);
  const archive = yield* await openArchive({ target, sha256: nodeSha256, create: true });
  const origin = yield* localOrigin(resolve(from));
  const report = yield* await backupSource({ source, archive, name: 'laptop', origin });
  await Promise.all([source.close(), target.close()]);
  return ok(report);
});

done.match(
  ({ outcome, counts }) => {
    console.log(`${outcome}: ${counts.files} files`);
    console.table(meters);
  },
  ({ message }) => {
    console.error(`error: ${message}`);
    process.exitCode = 1;
  },
);

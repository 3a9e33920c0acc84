// Backs up a folder of sessions, and says what becomes of each file while it goes on.
//
//   node examples/back-up.ts ~/.claude/projects ./archive
//
// Run it again whenever you like: what is unchanged is left, what grew is extended, and what was
// rewritten is put aside before its new bytes are copied.
import { printable } from '@sessionkeep/core';
import { backupSource, openArchive, type TransferEvent } from '@sessionkeep/transfer';
import { localOrigin, nodeSha256, openLocalTransport } from '@sessionkeep/transport-local';
import { ok, safeTry } from 'neverthrow';
import { resolve } from 'node:path';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  console.error('usage: node back-up.ts FOLDER ARCHIVE');
  process.exit(2);
}

// The first Ctrl-C ends the run in good order: what was copied by then is recorded and stays.
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

// Nothing here throws: every call answers with a Result. `yield*` takes its value, or leaves with its error.
const done = await safeTry(async function* () {
  const source = yield* await openLocalTransport({ root: resolve(from) });
  const target = yield* await openLocalTransport({ root: resolve(to) });
  const archive = yield* await openArchive({ target, sha256: nodeSha256, create: true });
  const report = yield* await backupSource({
    source,
    archive,
    name: 'laptop', // the files land in source-laptop/
    origin: yield* localOrigin(resolve(from)), // another machine or folder under this name is refused
    signal: interrupt.signal,
    onEvent: tell,
  });
  await Promise.all([source.close(), target.close()]);
  return ok(report);
});

/** A file is told of once it is durable in the archive; unchanged ones are only counted. */
function tell(event: TransferEvent): void {
  if (event.type === 'file')
    console.log(event.outcome.padEnd(10), event.repo.padEnd(20), printable(event.path));
  if (event.type === 'notice' && event.level !== 'detail') console.error(`${event.level}: ${event.message}`);
  if (event.type === 'progress' && process.stderr.isTTY)
    process.stderr.write(`\r${event.repo}: ${event.files} of ${event.totalFiles} files\x1b[K\r`);
}

done.match(
  ({ outcome, counts, bytesMoved, repos }) => {
    console.log(`\n${outcome}: ${repos.length} repos, ${counts.files} files, ${bytesMoved} bytes moved`);
    for (const { repo, failure } of repos) if (failure) console.error(`${repo}: ${failure.message}`);
    process.exitCode = outcome === 'done' ? 0 : 1;
  },
  ({ message, hint }) => {
    console.error(`error: ${message}${hint === undefined ? '' : `\n${hint}`}`);
    process.exitCode = 1;
  },
);

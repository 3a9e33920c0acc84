// Lists the sessions of an archive, as they are or as they were, each with the title that Claude Code shows.
//
//   node examples/read-an-archive.ts ./archive
//   node examples/read-an-archive.ts ./archive 2d      as of two days ago; 2026-03-31T18:00 will do too
//
// Every file's bytes are proven by the digest in the ledger while they are read, wherever they lie by now.
import { parseMoment, printable, type Answer, type Bytes, type KeepError } from '@sessionkeep/core';
import { listFiles, listRepos, openArchive, openFileAt } from '@sessionkeep/transfer';
import { nodeSha256, openLocalTransport } from '@sessionkeep/transport-local';
import { err, ok, safeTry, type Result } from 'neverthrow';
import { resolve } from 'node:path';

const [folder = './archive', time] = process.argv.slice(2);

const done = await safeTry(async function* () {
  const asOf = time === undefined ? {} : { at: yield* parseMoment(time, Date.now()) };
  const target = yield* await openLocalTransport({ root: resolve(folder) });
  const archive = yield* await openArchive({ target, sha256: nodeSha256 });
  for (const place of yield* await listRepos(archive)) {
    const listing = yield* await listFiles({ archive, place, ...asOf });
    const files = [...listing.files];
    const bytes = files.reduce((sum, { record }) => sum + record.size, 0);
    console.log(`${place.source}/${place.repo}: ${files.length} files, ${bytes} bytes`);
    for (const alarm of listing.alarms) console.error(`damaged: ${alarm}`);
    for (const { record, since } of files) {
      if (!/(?:^|\/)[0-9a-f-]{36}\.jsonl$/.test(record.path)) continue; // a session; the others belong to one
      const opened = yield* await openFileAt({ archive, place, path: record.path, ...asOf });
      const title = yield* await titleOf(opened.bytes);
      console.log(`  ${since.slice(0, 16)}  ${record.gone ? 'deleted' : '       '}  ${printable(title)}`);
    }
  }
  await target.close();
  return ok(undefined);
});

/** The last title given to a session, else the beginning of its first prompt. Other kinds of lines are passed over. */
async function titleOf(log: Bytes): Answer<string> {
  let [title, prompt] = ['', ''];
  for await (const line of lines(log)) {
    if (line.isErr()) return err(line.error);
    const { type, customTitle, aiTitle, message } = parse(line.value);
    title = text(customTitle) || text(aiTitle) || title;
    if (type === 'user') prompt ||= text((message as { content?: unknown } | undefined)?.content);
  }
  return ok((title || prompt || '(no title)').split('\n', 1)[0]?.slice(0, 50) ?? '');
}

/** Cuts a stream of bytes into lines. An error is passed on, and is the last item. */
async function* lines(bytes: Bytes): AsyncGenerator<Result<string, KeepError>, void> {
  const utf8 = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    if (chunk.isErr()) {
      yield err(chunk.error);
      return;
    }
    const parts = (rest + utf8.decode(chunk.value, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) yield ok(line);
  }
  if (rest !== '') yield ok(rest); // a session that is being written ends in the middle of a line
}

function parse(line: string): Record<string, unknown> {
  try {
    return (JSON.parse(line) ?? {}) as Record<string, unknown>;
  } catch {
    return {}; // logs hold lines that were cut off, glued together or filled with NULs
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

done.match(
  () => undefined,
  ({ message, hint }) => {
    console.error(`error: ${message}${hint === undefined ? '' : `\n${hint}`}`);
    process.exitCode = 1;
  },
);

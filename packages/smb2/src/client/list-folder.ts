import { err, ok, type Result } from 'neverthrow';
import type { Reply } from '../connection/request.js';
import { attemptError, malformed, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { Command } from '../wire/command.js';
import type { FileId } from '../wire/file-id.js';
import { decodeDirectoryEntries } from '../wire/info/directory-entries.js';
import { Access, CreateOption, Disposition } from '../wire/open-options.js';
import { decodeQueryDirectoryResponse, encodeQueryDirectoryRequest } from '../wire/query-directory.js';
import { createRequest } from './file-steps.js';
import { fileStat, isLinkTag, nonZero, type FolderEntry } from './file-stat.js';
import { closeQuietly, runSteps, type Step } from './run-steps.js';
import { sharePath } from './share-path.js';
import type { ShareContext } from './share-context.js';

/** How many bytes of entries are asked for at once: some 2,000 of them. */
const ENTRIES_AT_ONCE = 256 * 1024;

/** No more entries, or, from some servers for an empty volume, none at all. */
const NO_MORE: readonly number[] = [Status.noMoreFiles, Status.noSuchFile];

/** The entries of a folder but `.` and `..`, in the server's order. An `err` is the last item. */
export async function* listFolder(
  context: ShareContext,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Result<FolderEntry, SmbError>, void, void> {
  const attempt: Attempt = { operation: 'list', path };
  const maxOutput = Math.min(
    ENTRIES_AT_ONCE,
    context.negotiated.maxTransact,
    context.tree.connection.creditBytes,
  );
  const step = queryStep(maxOutput);
  const folder = sharePath(attempt, path);
  if (folder.isErr()) return yield err(folder.error);
  const access = Access.readData | Access.readAttributes | Access.synchronize;
  const asking = {
    attempt,
    create: createRequest(folder.value, access, Disposition.open, CreateOption.folder, { contexts: [] }),
    // Twice, so that a small folder is known to have ended in the first round trip.
    steps: [step, step],
    ...(signal === undefined ? {} : { signal }),
  };
  const small = await runSteps(context, { ...asking, end: 'close' });
  if (small.isErr()) return yield err(small.error);
  const listing = { attempt, step, signal };
  if (small.value.replies.some(({ header }) => NO_MORE.includes(header.status))) {
    yield* readEntries(context, {
      ...listing,
      fileId: small.value.created.fileId,
      first: small.value.replies,
    });
    return;
  }
  // The folder is closed by now: what it has more is not told but from the beginning.
  const opened = await runSteps(context, { ...asking, end: 'keep' });
  if (opened.isErr()) return yield err(opened.error);
  const { created, replies } = opened.value;
  try {
    yield* readEntries(context, { ...listing, fileId: created.fileId, first: replies });
  } finally {
    closeQuietly(context.tree, created.fileId);
  }
}

interface Listing {
  readonly attempt: Attempt;
  readonly step: Step;
  readonly fileId: FileId;
  readonly first: readonly Reply[];
  readonly signal: AbortSignal | undefined;
}

async function* readEntries(
  { tree }: ShareContext,
  { attempt, step, fileId, first, signal }: Listing,
): AsyncGenerator<Result<FolderEntry, SmbError>, void, void> {
  const replies = [...first];
  const { command, answerSize = 0 } = step;
  const body = step.body(fileId);
  for (;;) {
    let reply = replies.shift();
    if (reply === undefined) {
      const replied = await tree.request(
        { command, body, answerSize },
        { attempt, ...(signal === undefined ? {} : { signal }) },
      );
      if (replied.isErr()) return yield err(replied.error);
      reply = replied.value;
    }
    if (NO_MORE.includes(reply.header.status)) return;
    const entries = decodeEntries(attempt, reply);
    if (entries.isErr()) return yield err(entries.error);
    for (const entry of entries.value) yield ok(entry);
  }
}

function decodeEntries(
  attempt: Attempt,
  { header, message }: Reply,
): Result<readonly FolderEntry[], SmbError> {
  if (header.status !== Status.success) return err(statusError(attempt, header.status));
  return decodeQueryDirectoryResponse(message)
    .andThen(decodeDirectoryEntries)
    .mapErr((fault) => malformed(attempt, fault))
    .andThen((entries) =>
      // Else it would be asked for ever.
      entries.length > 0
        ? ok(entries)
        : err(
            attemptError(
              'protocol',
              attempt,
              'the server lists nothing, and does not say that this is the end',
            ),
          ),
    )
    .map((entries) =>
      entries
        .filter(({ name }) => name !== '.' && name !== '..')
        .map((entry) => ({
          name: entry.name,
          ...fileStat(entry, nonZero(entry.fileNumber), isLinkTag(entry.reparseTag)),
        })),
    );
}

function queryStep(maxOutput: number): Step {
  return {
    command: Command.queryDirectory,
    // One character is never too long for the field it goes into.
    body: (fileId) =>
      encodeQueryDirectoryRequest({ fileId, pattern: '*', restart: false, maxOutput }).unwrapOr(
        Buffer.alloc(0),
      ),
    answerSize: maxOutput,
    accepts: NO_MORE,
  };
}

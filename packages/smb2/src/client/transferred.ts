import { err, ok, type Result } from 'neverthrow';
import type { Reply } from '../connection/request.js';
import { attemptError, malformed, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { decodeReadResponse } from '../wire/read.js';
import { decodeWriteResponse } from '../wire/write.js';

/** The content of a READ response; none past the end of the file. */
export function readContent(
  attempt: Attempt,
  status: number,
  message: Buffer,
  most: number,
): Result<Buffer, SmbError> {
  if (status === Status.endOfFile) return ok(Buffer.alloc(0));
  if (status !== Status.success) return err(statusError(attempt, status));
  return decodeReadResponse(message)
    .mapErr((fault) => malformed(attempt, fault))
    .andThen((content) =>
      content.length <= most
        ? ok(content)
        : err(attemptError('protocol', attempt, 'the server sent more than it was asked for')),
    );
}

/** Whether a WRITE that is not gone on with has written all. */
export function checkWritten(attempt: Attempt, reply: Reply, size: number): Result<null, SmbError> {
  return writtenCount(attempt, reply, size).andThen((count) =>
    count === size ? ok(null) : err(attemptError('io', attempt, 'the server wrote only a part of it')),
  );
}

/** How many of `most` bytes a WRITE response says were written: one at least. */
export function writtenCount(
  attempt: Attempt,
  { header, message }: Reply,
  most: number,
): Result<number, SmbError> {
  if (header.status !== Status.success) return err(statusError(attempt, header.status));
  return decodeWriteResponse(message)
    .mapErr((fault) => malformed(attempt, fault))
    .andThen((count) =>
      count > 0 && count <= most
        ? ok(count)
        : err(attemptError('io', attempt, `the server says it wrote ${count} of ${most} bytes`)),
    );
}

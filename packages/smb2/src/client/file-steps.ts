import type { Result } from 'neverthrow';
import { unencodable, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Command } from '../wire/command.js';
import type { CreateRequest } from '../wire/create.js';
import { ASK_DISK_ID } from '../wire/create-context.js';
import { encodeFlushRequest } from '../wire/flush.js';
import { FILE_BASIC, FILE_RENAME, type InfoClass } from '../wire/info-class.js';
import { encodeBasicInfo } from '../wire/info/basic-info.js';
import { encodeRenameInfo } from '../wire/info/rename-info.js';
import { Attribute, type Disposition } from '../wire/open-options.js';
import { encodeQueryInfoRequest } from '../wire/query-info.js';
import { encodeReadRequest } from '../wire/read.js';
import { encodeSetInfoRequest } from '../wire/set-info.js';
import { encodeWriteRequest } from '../wire/write.js';
import type { FileTimes } from './file-stat.js';
import { ALL_SHARED } from './open-options.js';
import type { Step } from './run-steps.js';

/** A CREATE that asks for the file's number too, and lets others do what they will. */
export function createRequest(
  path: string,
  access: number,
  disposition: Disposition,
  options: number,
  more: Partial<CreateRequest> = {},
): CreateRequest {
  const attributes = Attribute.normal;
  return {
    path,
    access,
    disposition,
    options,
    share: ALL_SHARED,
    attributes,
    contexts: [ASK_DISK_ID],
    ...more,
  };
}

export function writeStep(offset: number, bytes: Buffer): Step {
  const { length } = bytes;
  return {
    command: Command.write,
    body: (fileId) => encodeWriteRequest({ fileId, offset, length }),
    data: [bytes],
  };
}

export function readStep(offset: number, length: number): Step {
  return {
    command: Command.read,
    body: (fileId) => encodeReadRequest({ fileId, offset, length }),
    answerSize: length,
  };
}

export const FLUSH_STEP: Step = { command: Command.flush, body: encodeFlushRequest };

export function setInfoStep(infoClass: InfoClass, info: Buffer): Step {
  return { command: Command.setInfo, body: (fileId) => encodeSetInfoRequest({ fileId, infoClass, info }) };
}

export function queryInfoStep(infoClass: InfoClass, maxOutput: number): Step {
  return {
    command: Command.queryInfo,
    body: (fileId) => encodeQueryInfoRequest({ fileId, infoClass, maxOutput }),
    answerSize: maxOutput,
  };
}

/** Sets the times that are given. */
export function timesStep(
  attempt: Attempt,
  { created, accessed, modified }: FileTimes,
): Result<Step, SmbError> {
  return encodeBasicInfo({ created: created ?? null, accessed: accessed ?? null, written: modified ?? null })
    .mapErr((fault) => unencodable(attempt, fault))
    .map((info) => setInfoStep(FILE_BASIC, info));
}

/** Gives the file another path on the same share. */
export function renameStep(attempt: Attempt, path: string, replace: boolean): Result<Step, SmbError> {
  return encodeRenameInfo({ path, replace })
    .mapErr((fault) => unencodable(attempt, fault))
    .map((info) => setInfoStep(FILE_RENAME, info));
}

/** A view of the caller's bytes that the sockets and ciphers of Node take. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

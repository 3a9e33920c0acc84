import { keepError, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { firstLine, MOST_PASSWORD_BYTES } from './first-line.js';

/** A password that was read from a file, and what a person should know of that file. */
export interface ReadPassword {
  readonly password: string;
  readonly warning: string | null;
}

/** Reads the first line of a file, which may be a pipe. That everybody may read it is a warning: in containers that is usual. */
export function readPasswordFile(path: string, at: string): Result<ReadPassword, KeepError> {
  const read = readStart(path, at);
  if (read.isErr()) return err(read.error);
  const { bytes, mode, isOwn } = read.value;
  const password = firstLine(bytes);
  if (password === null)
    return err(unreadable(`${at}: the first line of ${path} is no password`, 'write it there, alone'));
  const isOpen = isOwn && (mode & 0o044) !== 0;
  const warning = isOpen ? `${at}: others may read ${path}; chmod 600 keeps it to you` : null;
  return ok({ password, warning });
}

interface Start {
  readonly bytes: Buffer;
  readonly mode: number;
  readonly isOwn: boolean;
}

function readStart(path: string, at: string): Result<Start, KeepError> {
  try {
    const handle = openSync(path, 'r');
    try {
      const { mode, uid } = fstatSync(handle);
      const buffer = Buffer.alloc(MOST_PASSWORD_BYTES);
      let length = 0;
      while (length < buffer.length && !buffer.subarray(0, length).includes('\n')) {
        const read = readSync(handle, buffer, length, buffer.length - length, null);
        if (read === 0) break;
        length += read;
      }
      return ok({ bytes: buffer.subarray(0, length), mode, isOwn: uid === process.getuid?.() });
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split(', ', 1)[0] ?? '') : String(cause);
    return err(unreadable(`${at}: ${path} cannot be read: ${reason}`, 'check path and permissions'));
  }
}

function unreadable(message: string, hint: string): KeepError {
  return keepError('usage', 'read password', message, { hint });
}

import { keepError, type ErrorKind, type KeepError } from '@sessionkeep/core';

const KINDS: Readonly<Record<string, ErrorKind>> = {
  ENOENT: 'usage',
  ENOTDIR: 'usage',
  EISDIR: 'usage',
  ENAMETOOLONG: 'usage',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ENOSPC: 'full',
  EDQUOT: 'full',
};

/** What the system says when a plan's file cannot be read or written. */
export function planFileError(operation: string, shown: string, cause: unknown): KeepError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return keepError(KINDS[code] ?? 'io', operation, `${shown}: ${reason}`, { path: shown, cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'it lies in what is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

import type { ErrorKind } from '@sessionkeep/core';

interface Meaning {
  readonly kind: ErrorKind;
  /** True when the very same call may succeed if made again. */
  readonly retry: boolean;
}

const lasting = (kind: ErrorKind): Meaning => ({ kind, retry: false });
const passing = (kind: ErrorKind): Meaning => ({ kind, retry: true });

/** What the errors of Linux and macOS mean to a caller of the port: the only place that translates them. */
const ERRNO: ReadonlyMap<string, Meaning> = new Map([
  ['ENOENT', lasting('not-found')],
  ['ENOTDIR', lasting('not-found')],
  ['EEXIST', lasting('exists')],
  ['ENOTEMPTY', lasting('exists')],
  ['EACCES', lasting('denied')],
  ['EPERM', lasting('denied')],
  ['EROFS', lasting('read-only')],
  ['ENOSPC', lasting('full')],
  ['EDQUOT', lasting('full')],
  ['ELOOP', lasting('unsafe')],
  ['EISDIR', lasting('changed')],
  ['EINVAL', lasting('invalid')],
  ['EILSEQ', lasting('invalid')],
  ['ENAMETOOLONG', lasting('invalid')],
  ['EFBIG', lasting('unsupported')],
  ['EXDEV', lasting('unsupported')],
  ['ENOSYS', lasting('unsupported')],
  ['ENOTSUP', lasting('unsupported')],
  ['EOPNOTSUPP', lasting('unsupported')],
  ['ETIMEDOUT', passing('timeout')],
  ['ESTALE', passing('unreachable')],
  ['EHOSTDOWN', passing('unreachable')],
  ['EHOSTUNREACH', passing('unreachable')],
  ['ENETDOWN', passing('unreachable')],
  ['ENETUNREACH', passing('unreachable')],
  ['ECONNABORTED', passing('unreachable')],
  ['ECONNRESET', passing('unreachable')],
  ['ENOTCONN', lasting('unreachable')],
  ['ENODEV', lasting('unreachable')],
  ['ENXIO', lasting('unreachable')],
  ['ESHUTDOWN', lasting('unreachable')],
  ['EIO', lasting('io')],
  ['EMFILE', passing('io')],
  ['ENFILE', passing('io')],
  ['EAGAIN', passing('io')],
  ['EINTR', passing('io')],
  ['EBUSY', passing('io')],
  ['ENOMEM', passing('io')],
  ['ENOLCK', passing('io')],
]);

const UNKNOWN: Meaning = lasting('io');

/** Translates a code such as `ENOSPC`; what is not in the table is `io`. */
export function meaningOf(code: string): Meaning {
  return ERRNO.get(code) ?? UNKNOWN;
}

/** What file systems without hard links answer to one. */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
]);

export function meansNoLinks(code: string): boolean {
  return NO_LINKS.has(code);
}

/** What file systems that cannot flush a folder answer to it. */
const NO_FOLDER_FLUSH: ReadonlySet<string> = new Set([
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EBADF',
  'EISDIR',
]);

export function meansNoFolderFlush(code: string): boolean {
  return NO_FOLDER_FLUSH.has(code);
}

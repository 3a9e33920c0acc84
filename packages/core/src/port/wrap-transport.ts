import type { RelativePath } from '../path/relative-path.js';
import type { Answer, Lease, Transport } from './transport.js';

/** What can be asked of a transport, and of a lease that it gave. */
export type Operation =
  Exclude<keyof Transport, 'name' | 'traits' | 'close'> | 'lease.check' | 'lease.release';

/** A call that is about to be made: what is asked, and of which paths. */
export interface PortCall {
  readonly operation: Operation;
  readonly paths: readonly RelativePath[];
}

/** Stands around each call that answers once: may skip it, repeat it, or change what comes back. */
export type Around = <T>(call: PortCall, run: () => Answer<T>) => Answer<T>;

/** What a wrapper says for itself; the streams and the writes of streams are passed on where it says nothing. */
export type Overrides = Partial<Omit<Transport, 'name' | 'traits'>>;

/**
 * The same transport with `around` around every call that answers once, leases' calls included.
 *
 * @example
 * const logged = wrapTransport(transport, async (call, run) => {
 *   const answer = await run();
 *   console.log(call.operation, call.paths.join(' '), answer.isOk() ? 'ok' : answer.error.kind);
 *   return answer;
 * });
 */
export function wrapTransport(inner: Transport, around: Around, overrides: Overrides = {}): Transport {
  const wrapped: Transport = {
    name: inner.name,
    traits: inner.traits,
    probe: (folder, mode) => around({ operation: 'probe', paths: [folder] }, () => inner.probe(folder, mode)),
    scan: (folder, options) => inner.scan(folder, options),
    list: (folder) => around({ operation: 'list', paths: [folder] }, () => inner.list(folder)),
    stat: (path) => around({ operation: 'stat', paths: [path] }, () => inner.stat(path)),
    read: (ranges, options) => inner.read(ranges, options),
    digest: (ranges, options) => inner.digest(ranges, options),
    create: (path, bytes, length, options) =>
      around({ operation: 'create', paths: [path] }, () => inner.create(path, bytes, length, options)),
    append: (path, offset, bytes, length, options) =>
      around({ operation: 'append', paths: [path] }, () =>
        inner.append(path, offset, bytes, length, options),
      ),
    publish: (file) =>
      around({ operation: 'publish', paths: [file.path, file.temporary] }, () => inner.publish(file)),
    rename: (from, to) => around({ operation: 'rename', paths: [from, to] }, () => inner.rename(from, to)),
    remove: (path) => around({ operation: 'remove', paths: [path] }, () => inner.remove(path)),
    setModifiedTime: (path, mtime) =>
      around({ operation: 'setModifiedTime', paths: [path] }, () => inner.setModifiedTime(path, mtime)),
    flush: (folders) => around({ operation: 'flush', paths: folders }, () => inner.flush(folders)),
    lease: async (folder, holder) => {
      const lease = await around({ operation: 'lease', paths: [folder] }, () => inner.lease(folder, holder));
      return lease.map((held) => wrapLease(held, folder, around));
    },
    breakLease: (folder, options) =>
      around({ operation: 'breakLease', paths: [folder] }, () => inner.breakLease(folder, options)),
    close: () => inner.close(),
  };
  return { ...wrapped, ...overrides };
}

function wrapLease(lease: Lease, folder: RelativePath, around: Around): Lease {
  return {
    clockOffset: lease.clockOffset,
    now: () => lease.now(),
    check: () => around({ operation: 'lease.check', paths: [folder] }, () => lease.check()),
    release: () => around({ operation: 'lease.release', paths: [folder] }, () => lease.release()),
  };
}

import {
  joinPath,
  keepError,
  printable,
  ROOT,
  type Answer,
  type FileStat,
  type RelativePath,
  type ScanEntry,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { notInView, readOnlyView } from './read-only-view.js';

/**
 * Shows one file that lies directly in the root of `inner` as the only one of a folder. Nothing else of `inner` is looked at,
 * not even by name. A link is refused wherever it leads, since what lies beside the file is not to be read by this way.
 */
export function oneFileView(folder: RelativePath, file: RelativePath, inner: Transport): Transport {
  const path = joinPath(folder, file);

  /** What stands there; null for nothing. */
  const look = async (): Answer<FileStat | null> => {
    const stat = await inner.stat(file);
    return stat.isErr() && stat.error.kind === 'not-found' ? ok(null) : stat;
  };

  return readOnlyView(inner, {
    list: async (wanted) => {
      if (wanted !== ROOT && wanted !== folder) return err(notInView(inner, 'list', wanted));
      const root = await inner.stat(ROOT);
      if (root.isErr()) return err(root.error);
      if (wanted === ROOT) return ok([{ name: folder, kind: 'folder' }]);
      const there = await look();
      return there.map((stat) => (stat === null ? [] : [{ name: file, kind: stat.kind }]));
    },
    stat: async (wanted) => {
      if (wanted === path) return inner.stat(file);
      return wanted === ROOT || wanted === folder ? inner.stat(ROOT) : err(notInView(inner, 'stat', wanted));
    },
    scan: async function* (wanted, { skip, signal } = {}) {
      if (wanted !== ROOT && wanted !== folder) {
        yield err(notInView(inner, 'scan', wanted));
        return;
      }
      const seen = wanted === ROOT ? path : file;
      if (signal?.aborted === true) {
        yield err(keepError('aborted', 'scan', 'interrupted'));
        return;
      }
      if (wanted === ROOT && skip?.(folder, true) === true) return;
      if (skip?.(seen, false) === true) return;
      const root = await inner.stat(ROOT);
      if (root.isErr()) {
        yield err(root.error);
        return;
      }
      const there = await look();
      if (there.isErr()) yield ok([{ kind: 'unreadable', path: seen, folder: false, error: there.error }]);
      else if (there.value !== null) yield ok(entriesOf(seen, there.value));
    },
    locate: async (operation) => {
      const stat = await inner.stat(file);
      return (range) => {
        if (range.path !== path) return err(notInView(inner, operation, range.path));
        return stat.andThen(({ kind, identity }) => {
          // With its identity, so that a link put there meanwhile is another file.
          if (kind === 'file') return ok({ ...range, path: file, identity: range.identity || identity });
          const text = `could not ${operation} "${printable(file)}" in ${printable(inner.name)}: it is no regular file`;
          return err(keepError('changed', operation, text, { transport: inner.name, path: file }));
        });
      };
    },
    close: () => inner.close(),
  });
}

/** A folder there has nothing that is meant. */
function entriesOf(path: RelativePath, { kind, size, mtime, identity }: FileStat): ScanEntry[] {
  if (kind === 'folder') return [];
  if (kind === 'file') return [{ kind, path, size, mtime, identity }];
  return [{ kind: 'refused', path, reason: kind === 'link' ? 'link-out' : 'device' }];
}

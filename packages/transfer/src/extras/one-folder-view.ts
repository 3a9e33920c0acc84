import {
  joinPath,
  keepError,
  printable,
  relativeTo,
  ROOT,
  type Answer,
  type KeepError,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { notInView, readOnlyView } from './read-only-view.js';

/**
 * Shows a folder as the only one of its source: `inside` is rooted at it, so that a link in it that leads to its neighbours
 * leads out; `above` is rooted at the folder it lies in, and asked only what it is. One that is a link itself is not read,
 * which is an error and not `not-found`: it must be told, not taken for missing.
 */
export function oneFolderView(folder: RelativePath, above: Transport, inside: Transport): Transport {
  const below = (path: RelativePath): RelativePath | null =>
    path === folder ? ROOT : relativeTo(folder, path);

  const look = async (operation: string): Answer<void> => {
    const stat = await above.stat(folder);
    if (stat.isErr()) return err(stat.error);
    return stat.value.kind === 'folder'
      ? ok(undefined)
      : err(noFolder(above, folder, operation, stat.value.kind));
  };

  const within = async <T>(
    operation: string,
    path: RelativePath,
    ask: (at: RelativePath) => Answer<T>,
  ): Answer<T> => {
    const at = below(path);
    if (at === null) return err(notInView(above, operation, path));
    const looked = await look(operation);
    return looked.isErr() ? err(looked.error) : ask(at);
  };

  return readOnlyView(inside, {
    list: async (path) => {
      if (path !== ROOT) return within('list', path, (at) => inside.list(at));
      const stat = await above.stat(folder);
      if (stat.isErr()) return stat.error.kind === 'not-found' ? ok([]) : err(stat.error);
      return ok([{ name: folder, kind: stat.value.kind }]);
    },
    stat: async (path) =>
      path === ROOT || path === folder ? above.stat(path) : within('stat', path, (at) => inside.stat(at)),
    scan: async function* (path, options = {}) {
      const at = path === ROOT ? ROOT : below(path);
      if (at === null) {
        yield err(notInView(above, 'scan', path));
        return;
      }
      const looked = await look('scan');
      if (looked.isErr()) {
        yield err(looked.error);
        return;
      }
      // Seen from the root everything lies in the folder; seen from the folder it lies where it does.
      const prefix = path === ROOT ? folder : ROOT;
      const { skip } = options;
      const asked = skip && {
        skip: (name: RelativePath, isFolder: boolean) => skip(joinPath(prefix, name), isFolder),
      };
      for await (const batch of inside.scan(at, { ...options, ...asked })) {
        yield batch.map((entries) =>
          entries.map((entry) => ({ ...entry, path: joinPath(prefix, entry.path) })),
        );
      }
    },
    locate: async (operation) => {
      const looked = await look(operation);
      return (range) => {
        const path = below(range.path);
        if (path === null) return err(notInView(above, operation, range.path));
        return looked.map(() => ({ ...range, path }));
      };
    },
    close: async () => {
      await inside.close();
      await above.close();
    },
  });
}

function noFolder({ name }: Transport, folder: RelativePath, operation: string, kind: string): KeepError {
  const what = kind === 'link' ? 'a link' : 'no folder';
  const text = `could not ${operation} "${printable(folder)}" in ${printable(name)}: it is ${what}`;
  return keepError('unsafe', operation, text, {
    transport: name,
    path: folder,
    hint: 'put the folder itself there, or take it out of extras: in the configuration',
  });
}

import type { KeepError } from '@sessionkeep/core';
import { readBinding, type Archive } from '@sessionkeep/transfer';
import type { CheckedFolders } from '../select/check-all-folders.js';
import type { SelectedTarget } from '../select/select-targets.js';
import { openTarget, type Engine } from './engine.js';

/**
 * Configured project folders that are neither at the source nor known to any of the archives: slips of the pen. One that
 * an archive knows was deleted at the source, and its backup goes on saying so.
 */
export async function unknownFolders(
  work: { readonly targets: readonly SelectedTarget[]; readonly missing: CheckedFolders['missing'] },
  engine: Engine,
): Promise<readonly KeepError[]> {
  if (work.missing.size === 0) return [];
  let errors: KeepError[] | null = null;
  for (const target of work.targets) {
    const archive = await openTarget(engine, target, { create: false, rebind: true });
    if (archive.isErr()) continue;
    const unknown = await unknownTo(archive.value, work.missing);
    await archive.value.target.close();
    errors = errors === null ? unknown : errors.filter((error) => unknown.includes(error));
  }
  return errors ?? [...work.missing.values()].flatMap((missing) => missing.map(({ error }) => error));
}

async function unknownTo(archive: Archive, missing: CheckedFolders['missing']): Promise<KeepError[]> {
  const errors: KeepError[] = [];
  for (const [source, folders] of missing) {
    for (const { repo, project, error } of folders) {
      const binding = await readBinding(archive, { source: source.name, repo: repo.name });
      const known = binding.isOk() && binding.value?.projects.includes(project) === true;
      if (!known) errors.push(error);
    }
  }
  return errors;
}

import type { KeepError } from '@sessionkeep/core';
import {
  type Engine,
  type LoadedConfig,
  locationKey,
  locationText,
  openTarget,
  type SelectedTarget,
} from '@sessionkeep/runner';
import type { Archive } from '@sessionkeep/transfer';
import { targetProblem } from '../init/target-problem.js';
import type { CheckedTarget } from './checked-config.js';

/** A target that was looked at. */
interface LookedAt {
  readonly target: CheckedTarget;
  /** To be closed by who asked; null where it cannot be opened. */
  readonly archive: Archive | null;
  readonly errors: readonly KeepError[];
  readonly warnings: readonly string[];
}

/** A pin that is wrong is a mistake; a share that is not mounted, or a folder that cannot be made now, may only be so now. */
export async function checkTarget(
  selected: SelectedTarget,
  engine: Engine,
  loaded: LoadedConfig,
): Promise<LookedAt> {
  const { name, location } = selected;
  const path = locationText(location);
  const key = locationKey(location);
  const archive = await openTarget(engine, selected, { create: false });
  if (archive.isErr()) {
    const { kind, message, hint } = archive.error;
    const foreign = kind === 'foreign';
    const placed = `${loaded.at(['targets', name, foreign && selected.id !== null ? 'id' : key])}: ${message}`;
    return {
      target: { name, path, id: null },
      archive: null,
      errors: foreign ? [{ ...archive.error, message: placed }] : [],
      warnings: foreign ? [] : [hint === undefined ? placed : `${placed}; ${hint}`],
    };
  }
  const { id } = archive.value;
  const problem = id === null ? targetProblem(location, []) : null;
  return {
    target: { name, path, id },
    archive: archive.value,
    errors: [],
    warnings: problem === null ? [] : [`${loaded.at(['targets', name, key])}: ${path} ${problem}`],
  };
}

import { keepError, type KeepError } from '@sessionkeep/core';
import { liesIn } from '../location/lies-in.js';
import { besideLocation, locationText, type Location } from '../location/location.js';
import type { SelectedSource } from './selected-source.js';
import type { SelectedTarget } from './select-targets.js';

/** An archive inside its source would back itself up, run after run. */
export function checkOverlap(
  sources: readonly SelectedSource[],
  targets: readonly SelectedTarget[],
): KeepError[] {
  return targets.flatMap(({ location }) =>
    sources
      .flatMap(readFolders)
      .filter((folder) => liesIn(location, folder))
      .map((folder) => {
        const text = `the archive ${locationText(location)} lies inside the source ${locationText(folder)}`;
        const hint = 'choose a folder outside of it with --to';
        return keepError('usage', 'select target', text, { hint });
      }),
  );
}

/** Everything below these is read. */
function readFolders({ location, extras }: SelectedSource): Location[] {
  const beside = extras.filter(({ file }) => file === null);
  return [location, ...beside.map(({ name }) => besideLocation(location, name))];
}

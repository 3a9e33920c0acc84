import { extraOfRepo } from '@sessionkeep/core';
import type { Place } from '@sessionkeep/transfer';

export interface WithoutExtras {
  readonly places: readonly Place[];
  /** What a person should know. */
  readonly notes: readonly string[];
}

/**
 * What goes back among the project folders when nothing was chosen by name: the extras lie beside those, and Claude Code would
 * take them for projects.
 */
export function leaveOutExtras(all: readonly Place[]): WithoutExtras {
  const places = all.filter(({ repo }) => extraOfRepo(repo) === null);
  const extras = new Set(all.filter((place) => !places.includes(place)).map(({ repo }) => repo));
  if (extras.size === 0) return { places, notes: [] };
  return {
    places,
    notes: [
      `left out: ${[...extras].join(', ')}`,
      '--repo NAME brings one back; it belongs in the folder above projects',
    ],
  };
}

import { extraOfRepo } from '@sessionkeep/core';
import type { Place } from '@sessionkeep/transfer';

export interface WithoutExtras {
  readonly places: readonly Place[];
  /** What a person should know; null when nothing was left out. */
  readonly note: string | null;
}

/**
 * What goes back among the project folders when nothing was chosen by name: the extras lie beside those, and Claude Code would
 * take them for projects.
 */
export function leaveOutExtras(all: readonly Place[]): WithoutExtras {
  const places = all.filter(({ repo }) => extraOfRepo(repo) === null);
  const extras = new Set(all.filter((place) => !places.includes(place)).map(({ repo }) => repo));
  if (extras.size === 0) return { places, note: null };
  const names = [...extras].join(', ');
  return { places, note: `left out: ${names}; --repo NAME brings one back, into the folder above projects` };
}

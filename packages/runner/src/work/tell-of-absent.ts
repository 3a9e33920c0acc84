import { extraRepo } from '@sessionkeep/core';
import type { Observer } from '../observer.js';
import { besideLocation, locationText } from '../location/location.js';
import { wants } from '../select/selected-source.js';
import type { Job } from './find-jobs.js';
import type { OpenSource } from './open-source.js';

/** Says of sources that were looked into where nothing was found: that may be another folder than was meant. */
export function tellOfAbsent(
  sources: readonly OpenSource[],
  jobs: readonly Job[],
  observer: Pick<Observer, 'note'>,
): void {
  const notes = absentExtras(sources, jobs);
  if (jobs.length === 0 && notes.length === 0)
    notes.push(
      `there are no project folders in ${sources.map(({ selected }) => locationText(selected.location)).join(', ')}`,
    );
  for (const note of notes) observer.note(note);
}

/** One extra alone that is missing is nothing to speak of, since Claude Code makes them when it needs them: all of them are. */
function absentExtras(sources: readonly OpenSource[], jobs: readonly Job[]): string[] {
  return sources.flatMap(({ selected }) => {
    const wanted = selected.extras.filter((extra) => wants(selected, extraRepo(extra).name));
    const names = wanted.map((extra) => extraRepo(extra).name);
    const found = jobs.some(({ place }) => place.source === selected.name && names.includes(place.repo));
    if (wanted.length === 0 || found) return [];
    const files = wanted.map(({ name, file }) => file ?? `${name}/`).join(', ');
    const above = locationText(besideLocation(selected.location, ''));
    return [`${selected.name}: nothing of its extras is there (${files} in ${above})`];
  });
}

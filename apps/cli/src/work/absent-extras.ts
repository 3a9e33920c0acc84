import { extraRepo } from '@sessionkeep/core';
import { besideSource, wants } from '../select/selected-source.js';
import type { Job } from './find-jobs.js';
import type { OpenSource } from './open-source.js';

/**
 * Says of each source that has extras, and nothing of any of them, where they were looked for: that may be another folder
 * than was meant. One of them alone is nothing to speak of: Claude Code makes them when it needs them.
 */
export function absentExtras(sources: readonly OpenSource[], jobs: readonly Job[]): string[] {
  return sources.flatMap(({ selected }) => {
    const wanted = selected.extras.filter((extra) => wants(selected, extraRepo(extra).name));
    const names = wanted.map((extra) => extraRepo(extra).name);
    const found = jobs.some(({ place }) => place.source === selected.name && names.includes(place.repo));
    if (wanted.length === 0 || found) return [];
    const files = wanted.map(({ name, file }) => file ?? `${name}/`).join(', ');
    return [`${selected.name}: nothing of its extras is there (${files} in ${besideSource(selected, '')})`];
  });
}

import { expiringWithin, type Expiring } from '@sessionkeep/core';
import type { OpenLocationOptions, OpenSource, SourceStanding } from '@sessionkeep/runner';
import { readRetention, type SourceRetention } from './read-retention.js';

/** What of a source Claude Code deletes soon, and an archive does not have. */
export interface ExpiringSource extends Expiring {
  readonly source: string;
  readonly retention: SourceRetention;
}

/** Who deletes sessions earlier than that has no backup between one night and the next but one. */
export const SOON_DAYS = 3;

/** Those of the sources that have something unsaved, with how long Claude Code keeps sessions there. Reads at most two files a source. */
export async function findExpiring(
  standings: readonly SourceStanding[],
  open: readonly OpenSource[],
  options: OpenLocationOptions,
): Promise<readonly ExpiringSource[]> {
  const found: ExpiringSource[] = [];
  for (const { source, silent, repos } of standings) {
    const ages = repos.flatMap(({ atSource }) => (atSource.asked ? [atSource.ages] : []));
    // Where nobody named it, the one source there is bears the name that the archive knows.
    const from =
      open.find(({ selected }) => selected.name === source) ?? (open.length === 1 ? open[0] : undefined);
    if (silent !== null || from === undefined || ages.every(({ size }) => size === 0)) continue;
    const retention = await readRetention(from.selected.location, options);
    if (retention === null) continue;
    found.push({
      source,
      retention,
      ...expiringWithin(ages, { retention: retention.days, within: SOON_DAYS }),
    });
  }
  return found;
}

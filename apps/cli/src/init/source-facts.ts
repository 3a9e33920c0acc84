import type { Answer, KeepError } from '@sessionkeep/core';
import { discoverRepos, type Archive } from '@sessionkeep/transfer';
import { localOrigin, openLocalTransport } from '@sessionkeep/transport-local';
import { err, type Result } from 'neverthrow';
import { foundRepos, type FoundRepo } from './found-repos.js';
import type { FoundSource } from './look-at-source.js';

/** What is known about a source before it has a name. */
export interface SourceFacts {
  readonly path: string;
  readonly origin: string;
  /** Its repos, named as they are found automatically if the source has this name. */
  readonly repos: (sourceName: string) => Answer<readonly FoundRepo[]>;
}

/** Names come from the archive first: what it has keeps its name. */
export function sourceFacts(
  { path, projects }: FoundSource,
  archive: Archive,
): Result<SourceFacts, KeepError> {
  return localOrigin(path).map((origin) => ({
    path,
    origin,
    repos: async (sourceName) => {
      const source = await openLocalTransport({ root: path });
      if (source.isErr()) return err(source.error);
      const repos = await discoverRepos({ source: source.value, archive, sourceName });
      await source.value.close();
      return repos.map((found) => foundRepos(found, projects));
    },
  }));
}

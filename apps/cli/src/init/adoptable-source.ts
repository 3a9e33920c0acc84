import { isName } from '@sessionkeep/core';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findArchives } from './find-archives.js';
import type { KeptSources } from './kept-sources.js';
import type { FoundSource } from './look-at-source.js';

/** How many repos of a source, and sessions of a repo, are looked for. */
const REPOS = 100;
const SESSIONS = 10;

/**
 * The name under which an archive holds a source's sessions without records of them, as rsync leaves them: under the same name
 * they are adopted. Null where none of the source's sessions are there.
 */
export function adoptableSource(archive: string, source: FoundSource, kept: KeptSources): string | null {
  const here = findArchives(archive).find(({ path }) => path === archive);
  const names = here?.sources.filter((name) => isName(name) && !kept.has(name)) ?? [];
  return (
    names.find((name) => sessionsIn(join(archive, `source-${name}`)).some((file) => has(source, file))) ??
    null
  );
}

function has({ path, projects }: FoundSource, file: string): boolean {
  return projects.some(({ folder }) => existsSync(join(path, folder, file)));
}

/** Some names of sessions, of each repo a few. */
function sessionsIn(source: string): string[] {
  return namesIn(source)
    .filter((name) => name.startsWith('repo-'))
    .slice(0, REPOS)
    .flatMap((repo) =>
      namesIn(join(source, repo))
        .filter((name) => name.endsWith('.jsonl'))
        .slice(0, SESSIONS),
    );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

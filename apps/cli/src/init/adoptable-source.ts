import { childPath, isName, ROOT, type RelativePath, type Transport } from '@sessionkeep/core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptSources } from './kept-sources.js';
import type { FoundSource } from './look-at-source.js';

/** How many repos of a source, and sessions of a repo, are looked for. */
const REPOS = 100;
const SESSIONS = 10;

/**
 * The name under which an archive holds a source's sessions without records of them, as rsync leaves them: under the same name
 * they are adopted. Null where none of the source's sessions are there.
 */
export async function adoptableSource(
  archive: Transport,
  source: FoundSource,
  kept: KeptSources,
): Promise<string | null> {
  for (const folder of await namesIn(archive, ROOT)) {
    const name = folder.startsWith('source-') ? folder.slice('source-'.length) : '';
    if (!isName(name) || kept.has(name)) continue;
    const sessions = await sessionsIn(archive, childPath(ROOT, folder));
    if (sessions.some((file) => has(source, file))) return name;
  }
  return null;
}

function has({ path, projects }: FoundSource, file: string): boolean {
  return projects.some(({ folder }) => existsSync(join(path, folder, file)));
}

/** Some names of sessions, of each repo a few. */
async function sessionsIn(archive: Transport, source: RelativePath): Promise<string[]> {
  const repos = (await namesIn(archive, source)).filter((name) => name.startsWith('repo-'));
  const sessions: string[] = [];
  for (const repo of repos.slice(0, REPOS)) {
    const names = await namesIn(archive, childPath(source, repo));
    sessions.push(...names.filter((name) => name.endsWith('.jsonl')).slice(0, SESSIONS));
  }
  return sessions;
}

async function namesIn(archive: Transport, folder: RelativePath): Promise<string[]> {
  return (await archive.list(folder)).map((entries) => entries.map(({ name }) => name)).unwrapOr([]);
}

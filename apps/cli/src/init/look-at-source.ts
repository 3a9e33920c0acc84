import { keepFilter, ROOT, type Answer, type RelativePath, type Transport } from '@sessionkeep/core';
import { workingFolder } from '@sessionkeep/transfer';
import { openLocalTransport } from '@sessionkeep/transport-local';
import { err, ok } from 'neverthrow';

/** A project folder, and how much is in it. */
export interface FoundProject {
  readonly folder: string;
  /** The working folder that its logs name. */
  readonly cwd: string | null;
  readonly sessions: number;
  /** Of all that a backup keeps, subagents and tool results too. */
  readonly bytes: number;
  /** When its newest session was written, in nanoseconds since 1970; null where there is none. */
  readonly newest: bigint | null;
}

/** A projects folder of Claude Code. */
export interface FoundSource {
  readonly path: string;
  readonly projects: readonly FoundProject[];
}

const SESSION = /^(?!agent-)[^/]+\.jsonl$/;

/** Says what lies in a projects folder. A project folder that cannot be read has nothing; a missing source is `not-found`. */
export async function lookAtSource(path: string, signal: AbortSignal): Answer<FoundSource> {
  const source = await openLocalTransport({ root: path });
  if (source.isErr()) return err(source.error);
  const listed = await source.value.list(ROOT);
  const projects: FoundProject[] = [];
  if (listed.isOk())
    for (const { name, kind } of listed.value)
      if (kind === 'folder') projects.push(await lookAtProject(source.value, name, signal));
  await source.value.close();
  return listed.isErr() ? err(listed.error) : ok({ path, projects });
}

async function lookAtProject(source: Transport, folder: string, signal: AbortSignal): Promise<FoundProject> {
  const filter = keepFilter();
  const skip = (path: RelativePath, isFolder: boolean): boolean =>
    isFolder ? !filter.enters(path) : !filter.keeps(path);
  let sessions = 0;
  let bytes = 0;
  let newest: bigint | null = null;
  for await (const batch of source.scan(folder as RelativePath, { skip, signal })) {
    if (batch.isErr()) break;
    for (const entry of batch.value) {
      if (entry.kind !== 'file') continue;
      bytes += entry.size;
      if (!SESSION.test(entry.path)) continue;
      sessions++;
      if (newest === null || entry.mtime > newest) newest = entry.mtime;
    }
  }
  return { folder, cwd: await workingFolder(source, folder), sessions, bytes, newest };
}

/** For sorting: the one with the newest session first. */
export function newestFirst(a: Pick<FoundProject, 'newest'>, b: Pick<FoundProject, 'newest'>): number {
  const [one, other] = [a.newest ?? -1n, b.newest ?? -1n];
  return one === other ? 0 : one > other ? -1 : 1;
}

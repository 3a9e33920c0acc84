import { isPodUrl, isSmbUrl, keepError, type Answer, type KeepError } from '@sessionkeep/core';
import { projectsFolder } from '@sessionkeep/runner';
import { resolvePath } from '@sessionkeep/runner/program';
import { err, ok } from 'neverthrow';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { lookAtSource, type FoundSource } from './look-at-source.js';

/**
 * The projects folders of Claude Code on this machine: the one that it uses now, and those that other versions used, where they
 * have sessions. With `from` only that one. Where there is none, that is
 * an error.
 */
export async function findSources(
  from: string | undefined,
  context: Context,
): Answer<readonly FoundSource[]> {
  const { cwd, home, signal } = context;
  if (from !== undefined) {
    if (isPodUrl(from)) return err(notHere('in a pod', 'kubernetes'));
    if (isSmbUrl(from)) return err(notHere('on a share', 'smb'));
    const given = await lookAtSource(resolvePath(from, cwd, home), signal);
    return given.map((one) => [one]).mapErr(asked);
  }
  const found: FoundSource[] = [];
  const errors: KeepError[] = [];
  for (const path of distinct(usualFolders(context))) {
    const source = await lookAtSource(path, signal);
    if (source.isOk()) found.push(source.value);
    else if (source.error.kind !== 'not-found') errors.push(source.error);
  }
  const filled = found.filter(({ projects }) => projects.length > 0);
  if (filled.length > 0) return ok(filled);
  const [empty] = found;
  if (empty !== undefined) return ok([empty]);
  const [error] = errors;
  if (error !== undefined) return err(error);
  return err(
    keepError('usage', 'look around', `there is no ${projectsFolder(context)}`, {
      hint: 'run Claude Code once, or say where its projects folder is with --from DIR',
    }),
  );
}

function notHere(where: string, type: string): KeepError {
  const hint = `write a source of type: ${type} into the configuration afterwards, or back up with --from and no configuration`;
  return keepError('usage', 'look around', `init looks for sessions on this machine only, not ${where}`, {
    hint,
  });
}

/** What `--from` names and is not there was misspelt. */
function asked(error: KeepError): KeepError {
  return error.kind === 'not-found' || error.kind === 'invalid'
    ? { ...error, kind: 'usage', hint: 'check --from' }
    : error;
}

function usualFolders(context: Context): string[] {
  const { home } = context;
  return [
    projectsFolder(context),
    join(home, '.claude', 'projects'),
    join(home, '.config', 'claude', 'projects'),
  ];
}

/** One may be a link to another. */
function distinct(paths: readonly string[]): Iterable<string> {
  const byRealPath = new Map<string, string>();
  for (const path of paths) {
    const real = realPath(path);
    if (!byRealPath.has(real)) byRealPath.set(real, path);
  }
  return byRealPath.values();
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

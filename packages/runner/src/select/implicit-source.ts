import { isName, keepError, repoName, type FilterRules, type KeepError } from '@sessionkeep/core';
import { err, type Result } from 'neverthrow';
import { join } from 'node:path';
import type { Choice } from '../choice.js';
import { resolvePath } from '../config/resolve-path.js';
import type { World } from '../world.js';
import { givenSource } from '../location/given-location.js';
import type { SelectedSource } from './selected-source.js';

/** The one source there is without a configuration: `--from`, named after the host or by `--source`. */
export function implicitSource(
  choice: Choice,
  rules: FilterRules,
  world: World,
): Result<SelectedSource, KeepError> {
  const given = choice.source;
  const name = given === undefined || given === 'all' ? hostName(world.hostname) : given;
  if (!isName(name)) {
    const hint = 'use letters, digits, ".", "_" and "-", beginning with none of ".-", and at most 64 of them';
    return err(keepError('usage', 'select source', `"${name}" cannot name a source`, { hint }));
  }
  const repo = choice.repo;
  const from = choice.from;
  return givenSource(from ?? projectsFolder(world), choice, world).map((location) => ({
    name,
    configured: name,
    location,
    repos: 'auto',
    extras: [],
    pod: null,
    wantedRepo: repo === undefined || repo === 'all' ? null : repo,
    rules,
    origin: null,
    at: () => (from === undefined ? "Claude Code's projects folder" : '--from'),
  }));
}

/** Where Claude Code keeps its projects here. */
export function projectsFolder({ env, home, cwd }: World): string {
  const configured = env['CLAUDE_CONFIG_DIR'] ?? '';
  return configured === ''
    ? join(home, '.claude', 'projects')
    : join(resolvePath(configured, cwd, home), 'projects');
}

/** What a source on this host is called that nobody names: `annas-mac` for `annas-mac.local`. */
export function hostName(hostname: string): string {
  const name = repoName(hostname.split('.')[0] ?? '');
  return name === '' ? 'host' : name;
}

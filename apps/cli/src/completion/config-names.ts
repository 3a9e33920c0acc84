import { EXTRA_NAMES, isName } from '@sessionkeep/core';
import { readFileSync, statSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { ConfigNames } from '../args/options.js';

/** A configuration is never so large; who types waits for this. */
const MOST_BYTES = 1024 * 1024;

/**
 * The names in a configuration, for a shell that completes them: whatever of it can be read, mistakes or not, and nothing where
 * nothing can. Only what is a name is given, and nothing that the configuration says is obeyed. Never throws.
 */
export function configNames(kind: ConfigNames, path: string): string[] {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MOST_BYTES) return [];
    const document = parseDocument(readFileSync(path, 'utf8'), { prettyErrors: false, uniqueKeys: false });
    const written: unknown = document.toJS({ maxAliasCount: 100 });
    const found = kind === 'repos' ? repoNames(field(written, 'sources')) : keys(field(written, kind));
    return [...new Set(found)].filter(isName);
  } catch {
    return [];
  }
}

/** Aliases too, and the repos of extras. */
function repoNames(sources: unknown): string[] {
  return keys(sources).flatMap((source) => {
    const repos = field(field(sources, source), 'repos');
    const extras = texts(field(field(sources, source), 'extras'));
    const named = keys(repos).flatMap((repo) => [repo, ...texts(field(field(repos, repo), 'aliases'))]);
    return [...named, ...EXTRA_NAMES.filter((name) => extras.includes(name)).map((name) => `_${name}`)];
  });
}

function field(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function keys(value: unknown): string[] {
  return isMap(value) ? Object.keys(value) : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

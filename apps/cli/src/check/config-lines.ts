import { printable } from '@sessionkeep/core';
import { plural } from '@sessionkeep/runner/program';
import { clip, pad, textWidth } from '../render/text-width.js';
import type { CheckedConfig, CheckedRepo, CheckedSource, CheckedTarget } from './checked-config.js';

/** What a configuration means, for people: a paragraph a source and a target. Lines are cut to `width`. */
export function configLines({ sources, targets }: CheckedConfig, width: number): string[] {
  return [...sources.flatMap(sourceLines), ...targets.flatMap(targetLines)].map((line) => clip(line, width));
}

function sourceLines({ name, path, repos }: CheckedSource): string[] {
  const names = repos.map((repo) => printable([repo.name, ...repo.aliases].join(', ')));
  const widest = Math.max(0, ...names.map(textWidth));
  return [
    `source ${printable(name)}: ${printable(path)}`,
    ...repos.map((repo, at) => `  ${pad(names[at] ?? '', widest, 'left')}  ${printable(foldersOf(repo))}`),
    '',
  ];
}

function foldersOf({ layout, projects, folders }: CheckedRepo): string {
  const written = projects.join(', ');
  if (layout === 'flat') return folders.length > 0 ? written : `${written} (not there now)`;
  return `${plural(folders.length, 'folder')}: ${written}`;
}

function targetLines({ name, path, id }: CheckedTarget): string[] {
  return [
    `target ${printable(name)}: ${printable(path)}`,
    id === null ? '  no archive yet: the first backup makes it' : `  the archive ${id}`,
    '',
  ];
}

/** `2 sources, 5 repos, 1 target`. */
export function configCounts({ sources, targets }: CheckedConfig): string {
  const repos = sources.reduce((sum, source) => sum + source.repos.length, 0);
  return [plural(sources.length, 'source'), plural(repos, 'repo'), plural(targets.length, 'target')].join(
    ', ',
  );
}

import { printable } from '../path/printable.js';
import { isProjectsFolder } from '../repo/extras.js';
import { formatSmbUrl } from '../share/format-smb-url.js';
import { nameClashes } from './check-names.js';
import { checkRepos } from './check-repos.js';
import type { ConfigIssue, KeyPath } from './config-issue.js';
import { OWNER_KEYS } from './pod-schema.js';
import { podPathOf } from './resolve-config.js';
import type { WrittenConfig, WrittenSource, WrittenTarget } from './schema.js';

/** What no schema can say: names and folders that clash, and project folders that cannot be one. */
export function checkConfig(config: WrittenConfig): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  for (const group of ['sources', 'targets'] as const) {
    issues.push(
      ...nameClashes(Object.keys(config[group] ?? {}).map((name) => ({ name, path: [group, name] }))),
    );
  }
  for (const [name, source] of Object.entries(config.sources ?? {})) {
    const path = ['sources', name];
    if (source.repos !== 'auto') issues.push(...checkRepos(source.repos, [...path, 'repos']));
    issues.push(...checkExtras(source, [...path, 'extras']), ...checkPassword(source, path));
    issues.push(...checkOwner(source, path));
  }
  for (const [name, target] of Object.entries(config.targets ?? {}))
    issues.push(...checkPassword(target, ['targets', name]));
  return issues;
}

function checkPassword(place: WrittenSource | WrittenTarget, above: KeyPath): ConfigIssue[] {
  if (place.type !== 'smb' || place.password === undefined) return [];
  const path = [...above, 'password'];
  const said = Object.keys(place.password);
  if (said.length === 1) return [];
  return [
    said.length === 0
      ? {
          path,
          message: 'says nothing',
          hint: 'write { env: NAME }, { file: PATH } or { command: [PROGRAM, …] }',
        }
      : { path, message: `has ${said.join(' and ')}`, hint: 'keep one of them' },
  ];
}

function checkOwner(source: WrittenSource, path: KeyPath): ConfigIssue[] {
  if (source.type !== 'kubernetes') return [];
  const said = OWNER_KEYS.filter((key) => source[key] !== undefined);
  if (said.length !== 1) {
    return [
      said.length === 0
        ? {
            path,
            message: 'names no pods',
            hint: 'give deployment: NAME, statefulSet: NAME, selector: LABELS or pod: NAME',
          }
        : {
            path: [...path, said[1] ?? ''],
            message: `there is ${said.join(' and ')}`,
            hint: 'keep one of them',
          },
    ];
  }
  if (source.pods !== 'each' || source.pod === undefined) return [];
  return [{ path: [...path, 'pods'], message: 'a pod that is named is one', hint: 'take pods: out' }];
}

function folderOf(source: WrittenSource): string {
  switch (source.type) {
    case 'local':
      return source.path;
    case 'smb':
      return source.url.folder;
    case 'kubernetes':
      return podPathOf(source);
  }
}

function checkExtras(source: WrittenSource, above: KeyPath): ConfigIssue[] {
  const { extras = [] } = source;
  const folder = folderOf(source);
  if (extras.length > 0 && !isProjectsFolder(folder)) {
    const shown = source.type === 'smb' ? formatSmbUrl(source.url) : folder;
    const hint = 'write the path by which Claude Code knows it, which ends in /projects';
    return [
      {
        path: above,
        message: `lie beside Claude Code's projects folder, and ${printable(shown)} is none`,
        hint,
      },
    ];
  }
  return extras.flatMap((extra, at): ConfigIssue[] =>
    extras.indexOf(extra) === at
      ? []
      : [{ path: [...above, at], message: `"${extra}" is there twice`, hint: 'keep one' }],
  );
}

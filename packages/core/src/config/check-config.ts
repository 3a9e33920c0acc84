import { printable } from '../path/printable.js';
import { isProjectsFolder } from '../repo/extras.js';
import { nameClashes } from './check-names.js';
import { checkRepos } from './check-repos.js';
import type { ConfigIssue, KeyPath } from './config-issue.js';
import type { WrittenConfig, WrittenSource } from './schema.js';

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
    issues.push(...checkExtras(source, [...path, 'extras']));
  }
  return issues;
}

function checkExtras({ path, extras = [] }: WrittenSource, above: KeyPath): ConfigIssue[] {
  if (extras.length > 0 && !isProjectsFolder(path)) {
    const hint = 'write the path by which Claude Code knows it, which ends in /projects';
    return [
      {
        path: above,
        message: `lie beside Claude Code's projects folder, and ${printable(path)} is none`,
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

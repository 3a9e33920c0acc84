import { printable } from '../path/printable.js';
import { segmentProblem } from '../path/relative-path.js';
import { extraOfRepo, isProjectsFolder } from '../repo/extras.js';
import { globMatcher } from '../repo/glob.js';
import { isPattern, type Repo } from '../repo/repo.js';
import type { ConfigIssue, KeyPath } from './config-issue.js';
import { asRepo } from './resolve-config.js';
import type { WrittenConfig, WrittenRepo, WrittenSource } from './schema.js';

/** What no schema can say: names and folders that clash, and project folders that cannot be one. */
export function checkConfig(config: WrittenConfig): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  for (const group of ['sources', 'targets'] as const) {
    issues.push(...clashes(Object.keys(config[group] ?? {}).map((name) => ({ name, path: [group, name] }))));
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

function checkRepos(written: Readonly<Record<string, WrittenRepo>>, above: KeyPath): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const claims: Claim[] = [];
  const names: Named[] = [];
  for (const [name, entry] of Object.entries(written)) {
    const path = [...above, name];
    const problem = formProblem(entry);
    if (problem !== null) {
      issues.push({ path, ...problem });
      continue;
    }
    const repo = asRepo(name, entry);
    names.push(
      { name, path },
      ...repo.aliases.map((alias, at) => ({ name: alias, path: [...path, 'aliases', at] })),
    );
    for (const claim of claimsOf(repo, entry, path)) {
      issues.push(...checkClaim(claim, claims));
      claims.push(claim);
    }
  }
  return [...issues, ...names.flatMap(reserved), ...clashes(names)];
}

/** Names that extras are kept under, whether or not they are today. */
function reserved({ name, path }: Named): ConfigIssue[] {
  const extra = extraOfRepo(name);
  if (extra === null) return [];
  const hint = `choose another name; to keep ${extra.file ?? `${extra.name}/`}, write extras: [${extra.name}]`;
  return [{ path, message: `the name "${name}" is the extra's`, hint }];
}

type Problem = Omit<ConfigIssue, 'path'>;

function formProblem(entry: WrittenRepo): Problem | null {
  if (typeof entry === 'string' || (entry.project === undefined) !== (entry.projects === undefined))
    return null;
  return entry.project === undefined
    ? { message: 'names no project folder', hint: 'give project: FOLDER, or projects: [FOLDER, …]' }
    : {
        message: 'has both project and projects',
        hint: 'keep one: project lays one folder flat, projects gives each a subfolder',
      };
}

/** A repo's word for a project folder. */
interface Claim {
  readonly project: string;
  readonly repo: Repo;
  readonly path: KeyPath;
}

function claimsOf(repo: Repo, entry: WrittenRepo, path: KeyPath): Claim[] {
  if (typeof entry === 'string') return [{ project: entry, repo, path }];
  if (repo.layout === 'flat')
    return repo.projects.map((project) => ({ project, repo, path: [...path, 'project'] }));
  return repo.projects.map((project, at) => ({ project, repo, path: [...path, 'projects', at] }));
}

function checkClaim({ project, repo, path }: Claim, earlier: readonly Claim[]): ConfigIssue[] {
  const problem = segmentProblem(project);
  if (problem !== null) {
    return [
      {
        path,
        message: `is no project folder: it has ${problem}`,
        hint: 'give the name of a folder directly in the source, without a path',
      },
    ];
  }
  if (repo.layout === 'flat' && isPattern(project)) {
    return [
      {
        path,
        message: 'is a pattern, and a flat repo has one folder',
        hint: `write projects: ["${project}"]`,
      },
    ];
  }
  const other = earlier.find((claim) => overlap(claim.project, project));
  if (other === undefined) return [];
  const whose = other.repo.name === repo.name ? 'is named twice' : `is the repo "${other.repo.name}" already`;
  return [{ path, message: `the project folder ${project} ${whose}`, hint: 'give every folder to one repo' }];
}

/** Two patterns may meet too; only the folders that there are tell (`sharedFolders`). */
function overlap(a: string, b: string): boolean {
  if (a === b) return true;
  if (isPattern(a) === isPattern(b)) return false;
  return isPattern(a) ? globMatcher(a)(b) : globMatcher(b)(a);
}

interface Named {
  readonly name: string;
  readonly path: KeyPath;
}

/** Names that differ only in case or Unicode form are one: many disks cannot hold both. */
function clashes(names: readonly Named[]): ConfigIssue[] {
  const seen = new Map<string, string>();
  return names.flatMap(({ name, path }): ConfigIssue[] => {
    const key = name.normalize('NFC').toLowerCase();
    if (key === 'all')
      return [{ path, message: '"all" means every one, and can be no name', hint: 'choose another name' }];
    const other = seen.get(key);
    if (other === undefined) seen.set(key, name);
    return other === undefined
      ? []
      : [
          {
            path,
            message: `the name "${name}" is taken already, by "${other}"`,
            hint: 'choose another name',
          },
        ];
  });
}

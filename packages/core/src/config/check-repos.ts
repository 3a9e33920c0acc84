import { segmentProblem } from '../path/relative-path.js';
import { globMatcher } from '../repo/glob.js';
import { isPattern, type Repo } from '../repo/repo.js';
import { nameClashes, reservedNames, type NamedKey } from './check-names.js';
import type { ConfigIssue, KeyPath } from './config-issue.js';
import { asRepo } from './resolve-config.js';
import type { WrittenRepo } from './schema.js';

/** What is wrong with a source's repos: their forms, their names, and project folders that two of them want or that are none. */
export function checkRepos(written: Readonly<Record<string, WrittenRepo>>, above: KeyPath): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const claims: Claim[] = [];
  const names: NamedKey[] = [];
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
  return [...issues, ...reservedNames(names), ...nameClashes(names)];
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

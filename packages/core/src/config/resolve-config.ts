import { EXTRAS } from '../repo/extras.js';
import type { FilterRules } from '../repo/keep-filter.js';
import type { Repo } from '../repo/repo.js';
import type { Config, RepoConfig } from './resolved-config.js';
import type { WrittenConfig, WrittenRepo, WrittenRules } from './schema.js';

/** Gives every repo its full set of rules, and short forms their long one. */
export function resolveConfig(written: WrittenConfig): Config {
  const top = addRules({}, written);
  return {
    rules: top,
    sources: Object.entries(written.sources ?? {}).map(([name, source]) => {
      const rules = addRules(top, source);
      const repos =
        source.repos === 'auto' ? source.repos : Object.entries(source.repos).map(resolveRepo(rules));
      const { type, path, origin = null } = source;
      const extras = (source.extras ?? []).map((extra) => EXTRAS[extra]);
      return { type, name, path, repos, extras, origin, rules };
    }),
    targets: Object.entries(written.targets ?? {}).map(([name, { type, path, id }]) => ({
      type,
      name,
      path,
      id: id ?? null,
    })),
  };
}

function resolveRepo(above: FilterRules): (entry: readonly [string, WrittenRepo]) => RepoConfig {
  return ([name, written]) => ({
    repo: asRepo(name, written),
    rules: typeof written === 'string' ? above : addRules(above, written),
  });
}

/** The repo that a configuration's entry means. */
export function asRepo(name: string, written: WrittenRepo): Repo {
  if (typeof written === 'string') return { name, aliases: [], layout: 'flat', projects: [written] };
  const { project, projects, aliases = [] } = written;
  if (project !== undefined) return { name, aliases, layout: 'flat', projects: [project] };
  return { name, aliases, layout: 'folders', projects: projects ?? [] };
}

function addRules(above: FilterRules, { include = [], exclude = [] }: WrittenRules): FilterRules {
  return { include: [...(above.include ?? []), ...include], exclude: [...(above.exclude ?? []), ...exclude] };
}

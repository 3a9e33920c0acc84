import { EXTRAS } from '../repo/extras.js';
import type { FilterRules } from '../repo/keep-filter.js';
import type { Repo } from '../repo/repo.js';
import { usualSigning } from '../share/smb-address.js';
import type {
  Config,
  PasswordSource,
  RepoConfig,
  ShareAccess,
  SourceConfig,
  TargetConfig,
} from './resolved-config.js';
import type { WrittenConfig, WrittenRepo, WrittenRules, WrittenSource, WrittenTarget } from './schema.js';
import type { WrittenPassword } from './share-schema.js';

/** Gives every repo its full set of rules, and short forms their long one. */
export function resolveConfig(written: WrittenConfig): Config {
  const top = addRules({}, written);
  return {
    rules: top,
    sources: Object.entries(written.sources ?? {}).map(([name, source]) => resolveSource(name, source, top)),
    targets: Object.entries(written.targets ?? {}).map(([name, target]) => resolveTarget(name, target)),
  };
}

function resolveSource(name: string, source: WrittenSource, top: FilterRules): SourceConfig {
  const rules = addRules(top, source);
  const { origin = null } = source;
  const repos = source.repos === 'auto' ? source.repos : Object.entries(source.repos).map(resolveRepo(rules));
  const extras = (source.extras ?? []).map((extra) => EXTRAS[extra]);
  const all = { name, repos, extras, origin, rules };
  return source.type === 'local'
    ? { type: source.type, path: source.path, ...all }
    : { type: source.type, ...accessOf(source), ...all };
}

function resolveTarget(name: string, target: WrittenTarget): TargetConfig {
  const all = { name, id: target.id ?? null };
  return target.type === 'local'
    ? { type: target.type, path: target.path, ...all }
    : { type: target.type, ...accessOf(target), ...all };
}

function accessOf({
  url,
  password,
  signing = usualSigning(url),
  encryption = 'if-offered',
}: Extract<WrittenTarget | WrittenSource, { type: 'smb' }>): ShareAccess {
  return {
    address: url,
    password: password === undefined ? null : passwordOf(password),
    signing,
    encryption,
  };
}

function passwordOf({ env, file, command }: WrittenPassword): PasswordSource {
  if (env !== undefined) return { from: 'env', name: env };
  if (file !== undefined) return { from: 'file', path: file };
  return { from: 'command', command: command ?? [] };
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

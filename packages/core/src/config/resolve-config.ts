import { EXTRAS } from '../repo/extras.js';
import type { FilterRules } from '../repo/keep-filter.js';
import type { Repo } from '../repo/repo.js';
import { plainPodPath, type PodOwner } from '../pods/pod-address.js';
import { usualSigning } from '../share/smb-address.js';
import type {
  Config,
  KubernetesSource,
  PasswordSource,
  RepoConfig,
  ScheduleConfig,
  ShareAccess,
  SourceConfig,
  TargetConfig,
} from './resolved-config.js';
import type {
  WrittenConfig,
  WrittenRepo,
  WrittenRules,
  WrittenScheduleConfig,
  WrittenSource,
  WrittenTarget,
} from './schema.js';
import type { WrittenPassword } from './share-schema.js';

/** Gives every repo its full set of rules, and short forms their long one. */
export function resolveConfig(written: WrittenConfig): Config {
  const top = addRules({}, written);
  return {
    rules: top,
    sources: Object.entries(written.sources ?? {}).map(([name, source]) => resolveSource(name, source, top)),
    targets: Object.entries(written.targets ?? {}).map(([name, target]) => resolveTarget(name, target)),
    schedule: written.schedule === undefined ? null : scheduleOf(written.schedule),
  };
}

function scheduleOf(written: WrittenScheduleConfig): ScheduleConfig {
  if (typeof written === 'string') return { cron: written, timeZone: null, jitter: null };
  const { cron, timeZone = null, jitter = null } = written;
  return { cron, timeZone, jitter };
}

function resolveSource(name: string, source: WrittenSource, top: FilterRules): SourceConfig {
  const rules = addRules(top, source);
  const { origin = null } = source;
  const repos = source.repos === 'auto' ? source.repos : Object.entries(source.repos).map(resolveRepo(rules));
  const extras = (source.extras ?? []).map((extra) => EXTRAS[extra]);
  const all = { name, repos, extras, origin, rules };
  switch (source.type) {
    case 'local':
      return { type: source.type, path: source.path, ...all };
    case 'smb':
      return { type: source.type, ...accessOf(source), ...all };
    case 'kubernetes':
      return { type: source.type, ...podsOf(source), ...all };
  }
}

function podsOf(
  source: Extract<WrittenSource, { type: 'kubernetes' }>,
): Pick<KubernetesSource, 'address' | 'pods' | 'kubeconfig' | 'compress'> {
  const {
    context = null,
    namespace = null,
    container = null,
    kubeconfig = null,
    pods = 'first-ready',
    compress = 'auto',
  } = source;
  const address = { context, namespace, owner: ownerOf(source), container, path: podPathOf(source) };
  return { address, pods, kubeconfig, compress };
}

/** Of a source that was checked: one of them is there. */
function ownerOf({
  deployment,
  statefulSet,
  selector,
  pod = '',
}: WrittenSource & { type: 'kubernetes' }): PodOwner {
  if (deployment !== undefined) return { deployment };
  if (statefulSet !== undefined) return { statefulSet };
  return selector === undefined ? { pod } : { selector };
}

/** Claude Code's own folder, where nothing else is written. */
export function podPathOf({ path = '~/.claude/projects' }: { readonly path?: string | undefined }): string {
  return plainPodPath(path);
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

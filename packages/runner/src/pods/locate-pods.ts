import { isName, keepError, printable, type KeepError } from '@sessionkeep/core';
import type { FoundPod } from '@sessionkeep/transport-kubernetes';
import { err, ok, type Result } from 'neverthrow';
import type { LoadedConfig } from '../config/load-config.js';
import { locationText, type PodFolder } from '../location/location.js';
import type { SelectedSource } from '../select/selected-source.js';
import type { Pods } from './pods.js';

/** A source that cannot be gone to now: the others go on without it. */
export interface FailedSource {
  /** As the configuration has it. */
  readonly name: string;
  /** Each of its pods would be a source, called `<name>-…`. */
  readonly each: boolean;
  readonly error: KeepError;
}

/** Its error, which names it. */
export function failureOf({ name, error }: Pick<FailedSource, 'name' | 'error'>): KeepError {
  return { ...error, message: `${name}: ${error.message}` };
}

/** Whether what an archive has under this name is of a source that failed: of it, or of one of its pods. */
export function isOf({ name, each }: FailedSource, source: string, config: LoadedConfig | null): boolean {
  if (name === source) return true;
  const isConfigured = config?.config.sources.some((one) => one.name === source) === true;
  return each && !isConfigured && source.startsWith(`${name}-`);
}

export interface LocatedSources {
  /** In their order; of one whose pods are sources of their own, one for each of those. */
  readonly found: readonly SelectedSource[];
  readonly failed: readonly FailedSource[];
}

/** Asks the clusters which pods the sources are in. Sources elsewhere are as they were. */
export async function locatePods(sources: readonly SelectedSource[], pods: Pods): Promise<LocatedSources> {
  const asked = await Promise.all(sources.map((source) => locate(source, pods)));
  const found: SelectedSource[] = [];
  const failed: FailedSource[] = [];
  const taken = new Set(sources.map(({ name }) => foldName(name)));
  for (const [at, answer] of asked.entries()) {
    const { name = '', location } = sources[at] ?? {};
    const each = location?.type === 'kubernetes' && location.pods === 'each';
    if (answer.isErr()) {
      failed.push({ name, each, error: answer.error });
      continue;
    }
    failed.push(...answer.value.away);
    for (const one of answer.value.found) {
      const problem = each ? nameProblem(one, taken) : null;
      taken.add(foldName(one.name));
      if (problem === null) found.push(one);
      else failed.push({ name: one.name, each: false, error: problem });
    }
  }
  return { found, failed };
}

interface Located {
  readonly found: readonly SelectedSource[];
  /** Pods that are sources of their own, and cannot be gone to now. */
  readonly away: readonly FailedSource[];
}

async function locate(source: SelectedSource, pods: Pods): Promise<Result<Located, KeepError>> {
  const { location } = source;
  if (location.type !== 'kubernetes') return ok({ found: [source], away: [] });
  const answer = await pods.find(location);
  if (answer.isErr()) return err(answer.error);
  const { pods: there, skipped } = answer.value;
  if (location.pods === 'first-ready') {
    const found = there.slice(0, 1).map((pod) => ({ ...source, location: { ...location, found: pod } }));
    return ok({ found, away: [] });
  }
  const isWanted = ({ name }: { readonly name: string }): boolean =>
    source.pod === null || name === source.pod;
  const all = there.map((pod) => ofPod(source, location, pod));
  const found = all.filter(isWanted);
  const away = skipped
    .filter(({ over }) => !over)
    .map(({ pod, reason }): FailedSource => {
      const text = `could not go to pod ${pod} in ${locationText(location)}: ${reason}`;
      const name = podSourceName(source.name, location, pod);
      return { name, each: false, error: keepError('unreachable', 'find', printable(text), { retry: true }) };
    })
    .filter(isWanted);
  if (source.pod === null || found.length + away.length > 0) return ok({ found, away });
  const text = `could not find ${source.pod} in ${locationText(location)}: there is no such pod now`;
  const hint = `there ${all.length === 1 ? 'is' : 'are'} ${all.map(({ name }) => name).join(', ')}`;
  return err(keepError('unreachable', 'find', printable(text), { hint }));
}

/** One of the pods, as a source of its own. */
function ofPod(source: SelectedSource, location: PodFolder, found: FoundPod): SelectedSource {
  const { address } = location;
  return {
    ...source,
    name: podSourceName(source.name, location, found.pod),
    location: { ...location, found, address: { ...address, owner: { pod: found.pod } } },
  };
}

/**
 * What a pod is called as a source: the source's name, and what the pod's own has beyond that of its workload. Of a StatefulSet's that
 * is its number, which stays.
 */
function podSourceName(source: string, { address: { owner } }: PodFolder, pod: string): string {
  const workload =
    'deployment' in owner ? owner.deployment : 'statefulSet' in owner ? owner.statefulSet : null;
  const own = workload !== null && pod.startsWith(`${workload}-`) ? pod.slice(workload.length + 1) : pod;
  return `${source}-${own}`;
}

function nameProblem({ name, at }: SelectedSource, taken: ReadonlySet<string>): KeepError | null {
  const problem = !isName(name)
    ? 'is longer than the 64 characters that an archive takes'
    : taken.has(foldName(name))
      ? 'is the name of another source'
      : null;
  if (problem === null) return null;
  const text = `${at(['pods'])}: its pod would be called ${printable(name)}, which ${problem}`;
  return keepError('usage', 'name source', text, { hint: 'give the source another name' });
}

/** Many disks cannot hold two names that differ only so. */
function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

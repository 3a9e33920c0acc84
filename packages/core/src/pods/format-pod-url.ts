import { encodePart } from '../text/encode-part.js';
import type { PodAddress, PodOwner } from './pod-address.js';

/**
 * The URL of an address, as `parsePodUrl` reads it back. What a URL or a shell would take for something else is percent-encoded.
 *
 * @example
 * formatPodUrl({ context: null, namespace: 'web', owner: { pod: 'web-0' }, container: null, path: '~/.claude/projects' });
 * // 'k8s://web/pod/web-0/~/.claude/projects'
 */
export function formatPodUrl(address: PodAddress): string {
  const { namespace, container, context } = address;
  const query = Object.entries({ container, context })
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${encodePart(value ?? '')}`);
  const more = query.length === 0 ? '' : `?${query.join('&')}`;
  return `k8s://${namespace ?? ''}/${placeOf(address)}${more}`;
}

/**
 * The same for everybody who asks for it, from inside the cluster and from outside: namespace, workload, container and path, and not
 * by which context the cluster was reached.
 *
 * @param namespace the one that it is in, also where the address leaves it to the context
 * @param container the one that was found, also where the address leaves it open
 */
export function podOrigin(address: PodAddress, namespace: string, container: string): string {
  return `k8s:${namespace}/${placeOf(address)}?container=${encodePart(container)}`;
}

function placeOf({ owner, path }: PodAddress): string {
  const [kind, name] = ownerOf(owner);
  const folders = path.replace(/^\//, '').split('/').map(encodePart);
  // Only what stands for the home is a plain one.
  const first = path.startsWith('/~') && folders[0] === '~' ? ['%7E', ...folders.slice(1)] : folders;
  return [kind, encodePart(name), ...first].join('/');
}

function ownerOf(owner: PodOwner): readonly [kind: string, name: string] {
  if ('deployment' in owner) return ['deployment', owner.deployment];
  if ('statefulSet' in owner) return ['statefulset', owner.statefulSet];
  return 'selector' in owner ? ['selector', owner.selector] : ['pod', owner.pod];
}

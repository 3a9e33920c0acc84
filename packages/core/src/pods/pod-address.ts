/** Which pods of a namespace are meant: those of one workload, those with certain labels, or one by its name. */
export type PodOwner =
  | { readonly deployment: string }
  | { readonly statefulSet: string }
  /** As kubectl takes it: `app=web,tier!=test`. */
  | { readonly selector: string }
  | { readonly pod: string };

/** Where a folder lies in the pods of a cluster. */
export interface PodAddress {
  /** The context of the kubeconfig; null for its current one. */
  readonly context: string | null;
  /** Null for the context's own. */
  readonly namespace: string | null;
  readonly owner: PodOwner;
  /** Null where the pod has one container, or names its default. */
  readonly container: string | null;
  /** Absolute, or from the container's home: `~/.claude/projects`. */
  readonly path: string;
}

/** True for what asks for a pod, whether or not it is right: `parsePodUrl` says that. */
export function isPodUrl(text: string): boolean {
  return /^(?:k8s|kubernetes):/i.test(text);
}

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const NAMESPACE = new RegExp(`^${LABEL}$`);
const NAME = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;

/** True for what Kubernetes lets a namespace or a container be called (RFC 1123, a label). */
export function isNamespace(text: string): boolean {
  return NAMESPACE.test(text);
}

/** True for what Kubernetes lets a pod or a workload be called (RFC 1123, a subdomain). */
export function isPodName(text: string): boolean {
  return NAME.test(text);
}

/** Why no folder of a container can be meant by a path, as the end of a sentence about it; null when one can. */
export function podPathProblem(path: string): string | null {
  if (!path.isWellFormed() || /\p{Cc}/u.test(path)) return 'has characters that no path should have';
  if (!/^(?:\/|~(?:\/|$))/.test(path)) return 'begins with neither / nor ~/';
  if (/^\/+$/.test(path)) return "is the container's root";
  return path.split('/').some((name) => name === '.' || name === '..') ? 'has "." or ".." in it' : null;
}

/** One way to write a path: without doubled slashes, and without one at its end. */
export function plainPodPath(path: string): string {
  const plain = path.replaceAll(/\/{2,}/g, '/');
  return plain === '/' ? plain : plain.replace(/\/$/, '');
}

import { err, ok, Result } from 'neverthrow';
import { keepError, type KeepError } from '../error/keep-error.js';
import {
  isNamespace,
  isPodName,
  plainPodPath,
  podPathProblem,
  type PodAddress,
  type PodOwner,
} from './pod-address.js';

/**
 * Reads `k8s://namespace/deployment/NAME/PATH`, also with `statefulset`, `pod` and `selector`; parts may be percent-encoded. The
 * path is absolute unless its first part is `~`. An empty namespace is the context's own; `?container=…&context=…` may follow.
 *
 * @example
 * parsePodUrl('k8s://web/deployment/web-blue/~/.claude/projects'); // ok
 * parsePodUrl('k8s://web/pod/web-0/home/claude/.claude/projects?container=main'); // ok, '/home/claude/.claude/projects'
 */
export function parsePodUrl(text: string): Result<PodAddress, KeepError> {
  const [, place, query = ''] = /^(?:k8s|kubernetes):\/\/([^?#]*)(?:\?([^#]*))?$/isu.exec(text) ?? [];
  if (place === undefined) return err(wrong('is none of a pod', FORM));
  const [namespace, kind, name, ...path] = place.split('/');
  const owner = readOwner(kind ?? '', name ?? '');
  return readNamespace(namespace ?? '').andThen((found) =>
    owner.andThen((one) =>
      readPath(path).andThen((folder) =>
        readQuery(query).map((more) => ({ namespace: found, owner: one, path: folder, ...more })),
      ),
    ),
  );
}

const FORM =
  'write k8s://NAMESPACE/deployment/NAME/PATH (or statefulset, pod, selector), PATH from the root or as ~/…';

function readNamespace(text: string): Result<string | null, KeepError> {
  if (text === '') return ok(null);
  return isNamespace(text) ? ok(text) : err(wrong('names a namespace that cannot be one', FORM));
}

function readOwner(kind: string, written: string): Result<PodOwner, KeepError> {
  return decode(written).andThen((name): Result<PodOwner, KeepError> => {
    if (kind === 'selector' && name !== '' && !/\p{Cc}/u.test(name)) return ok({ selector: name });
    const owner = {
      deployment: { deployment: name },
      statefulset: { statefulSet: name },
      pod: { pod: name },
    };
    if (!Object.hasOwn(owner, kind) && kind !== 'selector')
      return err(wrong('does not say what kind of thing it names', FORM));
    return isPodName(name) && kind !== 'selector'
      ? ok(owner[kind as keyof typeof owner])
      : err(wrong(`names a ${kind} that cannot be one`, FORM));
  });
}

function readPath(parts: readonly string[]): Result<string, KeepError> {
  return Result.combine(parts.map(decode)).andThen((names) => {
    const joined = names.join('/');
    if (names.some((name) => name.includes('/'))) return err(wrong('has a slash in a name', FORM));
    // A folder in the root may be called so too.
    const path = plainPodPath(parts[0] === '~' ? joined : `/${joined}`);
    if (path === '/') return err(wrong('names no path', 'Claude Code writes to ~/.claude/projects'));
    const problem = podPathProblem(path);
    return problem === null ? ok(path) : err(wrong(`has a path that ${problem}`, FORM));
  });
}

function readQuery(query: string): Result<Pick<PodAddress, 'container' | 'context'>, KeepError> {
  const found = { container: null as string | null, context: null as string | null };
  for (const part of query.split('&').filter((one) => one !== '')) {
    const [key = '', ...rest] = part.split('=');
    const value = decode(rest.join('='));
    if (value.isErr()) return err(value.error);
    if (!(key === 'container' || key === 'context') || value.value === '')
      return err(wrong('has something after "?" that is not known', 'write ?container=NAME&context=NAME'));
    found[key] = value.value;
  }
  return found.container === null || isNamespace(found.container)
    ? ok(found)
    : err(wrong('names a container that cannot be one', 'write ?container=NAME'));
}

function decode(text: string): Result<string, KeepError> {
  return Result.fromThrowable(decodeURIComponent, () =>
    wrong('has a "%" that encodes nothing', 'write % as %25'),
  )(text);
}

function wrong(problem: string, hint: string): KeepError {
  return keepError('usage', 'read URL', `the URL ${problem}`, { hint });
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPodUrl, podOrigin } from './format-pod-url.js';
import { parsePodUrl } from './parse-pod-url.js';
import { isPodUrl, plainPodPath, podPathProblem, type PodAddress } from './pod-address.js';

const ADDRESS: PodAddress = {
  context: null,
  namespace: 'web',
  owner: { deployment: 'web-blue' },
  container: null,
  path: '~/.claude/projects',
};

test.each<[string, Partial<PodAddress>]>([
  ['k8s://web/deployment/web-blue/~/.claude/projects', {}],
  ['K8S://web/deployment/web-blue/~/.claude/projects/', {}],
  ['kubernetes://web/deployment/web-blue/~//.claude/projects', {}],
  ['k8s:///deployment/web-blue/~/.claude/projects', { namespace: null }],
  ['k8s://web/statefulset/web-blue/~/.claude/projects', { owner: { statefulSet: 'web-blue' } }],
  ['k8s://web/pod/web-0.a/srv/projects', { owner: { pod: 'web-0.a' }, path: '/srv/projects' }],
  ['k8s://web/pod/web-0/~', { owner: { pod: 'web-0' }, path: '~' }],
  ['k8s://web/pod/web-0/%7E/x', { owner: { pod: 'web-0' }, path: '/~/x' }],
  [
    'k8s://web/pod/web-0/a%20b/%25?container=main&context=a%3Db%2Fc',
    {
      owner: { pod: 'web-0' },
      path: '/a b/%',
      container: 'main',
      context: 'a=b/c',
    },
  ],
  [
    'k8s://web/selector/app%3Dweb,tier%21%3Dtest/~/x',
    { owner: { selector: 'app=web,tier!=test' }, path: '~/x' },
  ],
])('%s', (url, wanted) => {
  expect(parsePodUrl(url)._unsafeUnwrap()).toEqual({ ...ADDRESS, ...wanted });
});

test.each([
  ['k8s:web/pod/x/~/y', 'is none of a pod'],
  ['smb://me@nas/x', 'is none of a pod'],
  ['k8s://web/pod/web-0#x/~/y', 'is none of a pod'],
  ['k8s://Web/pod/web-0/~/y', 'names a namespace that cannot be one'],
  ['k8s://../pod/web-0/~/y', 'names a namespace that cannot be one'],
  ['k8s://web/job/web-0/~/y', 'does not say what kind of thing it names'],
  ['k8s://web/__proto__/web-0/~/y', 'does not say what kind of thing it names'],
  ['k8s://web', 'does not say what kind of thing it names'],
  ['k8s://web/pod', 'names a pod that cannot be one'],
  ['k8s://web/pod/../~/y', 'names a pod that cannot be one'],
  ['k8s://web/pod/a%2Fb/~/y', 'names a pod that cannot be one'],
  ['k8s://web/selector//~/y', 'names a selector that cannot be one'],
  ['k8s://web/selector/a%0A/~/y', 'names a selector that cannot be one'],
  ['k8s://web/pod/web-0', 'names no path'],
  ['k8s://web/pod/web-0//', 'names no path'],
  ['k8s://web/pod/web-0/~/../y', 'has a path that has "." or ".." in it'],
  ['k8s://web/pod/web-0/~/%2e%2e/y', 'has a path that has "." or ".." in it'],
  ['k8s://web/pod/web-0/~/a%2F..%2Fb', 'has a slash in a name'],
  ['k8s://web/pod/web-0/~/%1b', 'has a path that has characters that no path should have'],
  ['k8s://web/pod/web-0/~/%', 'has a "%" that encodes nothing'],
  ['k8s://web/pod/web-0/~/y?contaner=main', 'has something after "?" that is not known'],
  ['k8s://web/pod/web-0/~/y?container=', 'has something after "?" that is not known'],
  ['k8s://web/pod/web-0/~/y?container=A/b', 'names a container that cannot be one'],
])('%s is refused', (url, problem) => {
  const error = parsePodUrl(url)._unsafeUnwrapErr();
  expect([error.kind, error.message]).toEqual(['usage', `the URL ${problem}`]);
  expect(error.hint).toBeDefined();
});

describe('an address', () => {
  const label = fc.stringMatching(/^[a-z0-9](?:[-a-z0-9]{0,20}[a-z0-9])?$/);
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !/\p{Cc}/u.test(one));
  const segment = text.filter((one) => !/^\.{1,2}$/.test(one) && !one.includes('/'));
  const path = fc
    .tuple(fc.constantFrom('~/', '/'), fc.array(segment, { minLength: 1, maxLength: 4 }))
    .map(([root, names]) => root + names.join('/'));
  const owner = fc.oneof(
    label.map((deployment) => ({ deployment })),
    label.map((statefulSet) => ({ statefulSet })),
    label.map((pod) => ({ pod })),
    text.map((selector) => ({ selector })),
  );
  const address: fc.Arbitrary<PodAddress> = fc.record({
    context: fc.option(text),
    namespace: fc.option(label),
    owner,
    container: fc.option(label),
    path,
  });

  test('is read back from its URL, whatever it is', () => {
    fc.assert(
      fc.property(address, (one) => {
        expect(parsePodUrl(formatPodUrl(one))._unsafeUnwrap()).toEqual(one);
      }),
    );
  });

  test('has one origin, by whichever way one comes there', () => {
    const origin = podOrigin(ADDRESS, 'web', 'main');
    expect(origin).toBe('k8s:web/deployment/web-blue/~/.claude/projects?container=main');
    const others = [{ namespace: null }, { container: 'main' }, { context: 'from-home' }];
    for (const other of others) expect(podOrigin({ ...ADDRESS, ...other }, 'web', 'main')).toBe(origin);
  });
});

test('what asks for a pod, and paths', () => {
  expect(['k8s://x', 'K8S:x', 'kubernetes://x'].map(isPodUrl)).toEqual([true, true, true]);
  expect(['smb://x', './k8s:x', 'k8s'].map(isPodUrl)).toEqual([false, false, false]);
  expect(['/', '//'].map(podPathProblem)).toEqual(["is the container's root", "is the container's root"]);
  expect(['~', '~/x', '/x'].map(podPathProblem)).toEqual([null, null, null]);
  expect(['~anna/x', 'x', ''].map(podPathProblem)).toEqual(Array(3).fill('begins with neither / nor ~/'));
  expect(['~//x/', '/a//b', '/'].map(plainPodPath)).toEqual(['~/x', '/a/b', '/']);
});

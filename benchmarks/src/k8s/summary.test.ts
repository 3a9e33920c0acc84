import { expect, it } from 'vitest';
import type { Measured } from '../measure.js';
import { contendersOf, EXEC_TAR, KUBECTL_CP, OURS } from './contenders.js';
import { K8S_HELP, readK8sOptions } from './options.js';
import { figuresOf, MEMORY, verdictsOf, type Samples } from './summary.js';
import type { TaskName } from './tasks.js';

const took = (...seconds: number[]): Measured[] =>
  seconds.map((one) => ({ seconds: one, peakBytes: one * 1e6, failure: null }));

const samplesOf = (task: TaskName, by: Readonly<Record<string, Measured[]>>): Samples =>
  Object.entries(by).map(([contender, samples]) => ({ task, contender, samples }));

it('holds the best of ours against the best of kubectl cp, and later runs against first ones', () => {
  const figures = figuresOf([
    ...samplesOf('first copy', { [OURS]: took(6, 9, 8), [KUBECTL_CP]: took(10, 8, 12), [EXEC_TAR]: took(1) }),
    ...samplesOf('nothing changed', { [OURS]: took(1, 0.5) }),
    ...samplesOf('50 grown', { [OURS]: took(2, 1.25) }),
    ...samplesOf('256 MiB file', { [OURS]: took(3), [KUBECTL_CP]: took(3) }),
  ]);
  const speed = verdictsOf(figures).filter(({ of }) => of !== MEMORY);
  expect(speed.map(({ task, of, best, target, met }) => [task, of, best, target, met])).toEqual([
    ['first copy', KUBECTL_CP, 0.75, 0.9, true],
    ['256 MiB file', KUBECTL_CP, 1, 1, true],
    ['nothing changed', `${KUBECTL_CP}, first copy`, 0.0625, 0.1, true],
    ['50 grown', `${OURS}, nothing changed`, 2.5, 2, false],
  ]);
  expect(speed[0]?.median).toBe(0.8);
});

it('holds our memory of the worst round against a limit, and nobody else’s', () => {
  const figures = figuresOf(samplesOf('first copy', { [OURS]: took(100, 201), [KUBECTL_CP]: took(300) }));
  expect(verdictsOf(figures).map(({ of, met }) => [of, met])).toEqual([
    [KUBECTL_CP, true],
    [MEMORY, false],
  ]);
});

it('has no verdict on what failed once, and says why', () => {
  const failed = took(1, 1).map((one, index) => (index === 1 ? { ...one, failure: 'other bytes' } : one));
  const figures = figuresOf(samplesOf('first copy', { [OURS]: failed, [KUBECTL_CP]: took(9) }));
  expect(figures[0]?.failure).toBe('other bytes');
  expect(verdictsOf(figures)).toEqual([]);
});

it('has others copy only what is not there yet', () => {
  const pod = { namespace: 'ns', pod: 'pod', container: 'main', home: '/home/user', local: '/local' };
  const options = { cli: '/cli', scratch: '/nowhere', profiles: null };
  const others = contendersOf(options).filter(({ name }) => name !== OURS);
  const commandsOf = (task: TaskName) => others.map((one) => one.command({ task, pod, target: '/to' }));
  expect(commandsOf('first copy')[0]).toEqual({
    program: 'kubectl',
    args: ['cp', 'ns/pod:home/user/projects', '/to', '-c', 'main'],
  });
  expect(commandsOf('256 MiB file').map((one) => one?.args.at(-1))).toEqual(['main', '/to', '/to']);
  expect(commandsOf('nothing changed')).toEqual([null, null, null]);
});

it('reads its arguments, and says what is wrong with them', () => {
  expect(readK8sOptions(['--mib', '3', '--image', 'busybox', '--only', '256', '--dir', '/d'])).toMatchObject({
    bytes: 3 << 20,
    image: 'busybox',
    only: '256',
    folder: '/d',
  });
  expect(readK8sOptions([])).toMatchObject({ rounds: 3, files: 5000, image: 'debian', profiles: null });
  expect(readK8sOptions(['--help'])).toBe(K8S_HELP);
  expect(readK8sOptions(['--image', 'scratch'])).toContain('debian or busybox');
  expect(readK8sOptions(['--files', '7'])).toContain('whole numbers');
  expect(readK8sOptions(['--fast'])).toContain('--fast');
});

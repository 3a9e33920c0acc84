import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { needCluster, noCluster } from './needs.js';
import { openCluster } from './open-cluster.js';
import { runKubectl } from './run-kubectl.js';

/** No process has it: numbers end at 4,194,304. */
const NOBODY = 999_999_999;

async function phaseOf(namespace: string): Promise<string> {
  const args = ['get', 'namespace', namespace, '--ignore-not-found', '-o', 'jsonpath={.status.phase}'];
  return runKubectl(args);
}

async function makeNamespace(run: { host: string; process: number }): Promise<string> {
  const name = `sessionkeep-test-${randomBytes(5).toString('hex')}`;
  const annotations = { 'sessionkeep.test/host': run.host, 'sessionkeep.test/process': String(run.process) };
  const labels = { 'app.kubernetes.io/managed-by': 'sessionkeep-tests' };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } };
  await runKubectl(['create', '-f', '-'], { input: JSON.stringify(manifest) });
  return name;
}

describe('a namespace for tests', () => {
  it('has pods with a home that outlives their container, and is gone afterwards', async (context) => {
    needCluster(context);
    const cluster = await openCluster();
    try {
      await cluster.startPod('pod', { image: 'busybox' });
      await cluster.exec('pod', 'cat >~/file', { input: 'typed' });
      expect(await cluster.exec('pod', 'cat ~/file; id -u; echo "$HOME"')).toBe('typed65534\n/home/user\n');
      await expect(cluster.exec('pod', 'echo so it is >&2; exit 3')).rejects.toThrow('so it is');
      await cluster.removePod('pod');
      expect(await cluster.kubectl(['get', 'pods', '-o', 'name'])).toBe('');
    } finally {
      await cluster.stop();
    }
    await cluster.stop();
    expect(await phaseOf(cluster.namespace)).not.toBe('Active');
  });

  it('takes those along that a killed run has left here, and no others', async (context) => {
    needCluster(context);
    const left = await makeNamespace({ host: hostname(), process: NOBODY });
    const used = await makeNamespace({ host: hostname(), process: process.pid });
    const elsewhere = await makeNamespace({ host: 'another.machine', process: NOBODY });
    try {
      await using cluster = await openCluster();
      expect(await Promise.all([left, used, elsewhere, cluster.namespace].map(phaseOf))).toEqual([
        expect.not.stringMatching('Active'),
        'Active',
        'Active',
        'Active',
      ]);
    } finally {
      await runKubectl(['delete', 'namespace', left, used, elsewhere, '--ignore-not-found', '--wait=false']);
    }
  });
});

it('a cluster that is none is told with the reason', () => {
  const before = process.env['KUBECONFIG_V5'];
  try {
    process.env['KUBECONFIG_V5'] = '/no/such/kubeconfig';
    expect(noCluster('KUBECONFIG_V5')).toMatch(
      /^(?:the cluster of KUBECONFIG_V5 .*does not answer|kubectl is not)/s,
    );
  } finally {
    if (before === undefined) delete process.env['KUBECONFIG_V5'];
    else process.env['KUBECONFIG_V5'] = before;
  }
});

import { CLUSTER_WAYS, needCluster, type Cluster, type ClusterWay } from '@sessionkeep/testkit/cluster';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ClusterMachine, useCluster } from './helpers/clusters.js';
import { PASSWORD, useSamba } from './helpers/shares.js';
import { contentsOf } from './helpers/tree.js';

const FILES = 5000;
const PROJECT = '~/.claude/projects/-srv-app';
const LABELS = { app: 'web' };

/** Makes the same files in every pod. */
const FILL = `mkdir -p ${PROJECT}; cd ${PROJECT}; i=0
while [ $i -lt ${FILES.toString()} ]; do
  d=d$((i % 50)); [ -d $d ] || mkdir $d
  printf '{"cwd":"/srv/app","n":%d,"text":"%0*d"}\\n' $i $((i % 97 * 100 + 1)) 0 >$d/s$i.jsonl
  i=$((i + 1))
done
find . -type f -exec touch -d '2026-01-02 03:04:05.5 UTC' {} +`;

/** What a shell would do something with. */
const ODD = [
  'new\nline',
  '$(touch pwned)',
  '`touch pwned`',
  '"; touch pwned; "',
  "'; touch pwned; '",
  '-rf',
  'a  b',
  'a\\b',
  '*',
  '${HOME}',
  'é\t',
].map((name) => `${name}.jsonl`);

/** Their names come by input, each ended by NUL. */
const MAKE_ODD = `mkdir -p ~/.claude/projects/-srv-odd && cd ~/.claude/projects/-srv-odd
xargs -0 sh -c 'for f; do printf %s "$f" >"./$f"; done' sh`;

/** One pod, and another like it when that is gone; and one with BusyBox. */
async function start(cluster: Cluster): Promise<void> {
  const { spec } = cluster.pod('', {}) as { spec: { containers: object[] } };
  const filling = spec.containers.map((main) => ({ ...main, name: 'fill', command: ['sh', '-ec', FILL] }));
  await cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: { ...spec, initContainers: filling } },
    },
  });
  await cluster.startPod('odd', { image: 'busybox' });
  await cluster.exec('odd', MAKE_ODD, { input: ODD.map((name) => `${name}\0`).join('') });
  await cluster.wait('deployment/web', 'condition=Available');
}

const cluster = useCluster(start);
const samba = useSamba();

const NAMES = 'jsonpath={.items[*].metadata.name}';

/** Those of the Deployment that are there. */
async function pods(): Promise<string[]> {
  const names = await cluster().kubectl(['get', 'pods', '-l', 'app=web', '-o', NAMES]);
  return names.split(' ').filter((name) => name !== '');
}

/** The SHA-256 of each file that the Deployment's pods have, told by one itself. */
async function contentsThere(): Promise<Record<string, string>> {
  const [pod = ''] = await pods();
  const list = `cd ${PROJECT} && find . -type f -exec sha256sum {} +`;
  const lines = (await cluster().exec(pod, list)).trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(68), line.slice(0, 64)] as const));
}

function machine(way: ClusterWay): ClusterMachine {
  const here = new ClusterMachine(way, { SESSIONKEEP_SMB_PASSWORD: PASSWORD });
  const { user, host, port } = samba();
  const { namespace } = cluster();
  here.config(`sources:
  blue: { type: kubernetes, namespace: ${namespace}, deployment: web, repos: { app: -srv-app } }
  odd: { type: kubernetes, namespace: ${namespace}, pod: odd, repos: { odd: -srv-odd } }
targets:
  kept: { type: local, path: ./kept }
  share: { type: smb, url: "smb://${user}@${host}:${port.toString()}/share/${way}" }
`);
  return here;
}

describe.each(CLUSTER_WAYS)('a cluster by %s', (way) => {
  const target = way === 'KUBECONFIG' ? 'kept' : 'share';
  test(`${FILES.toString()} files are kept in "${target}", and verify --deep is clean`, async (context) => {
    needCluster(context, way);
    const here = machine(way);
    const there = await contentsThere();
    expect(Object.keys(there)).toHaveLength(FILES);
    const run = (command: string, ...args: string[]) =>
      here.run([command, '--source', 'blue', '--to', target, '--json', ...args]);
    const first = await run('backup');
    expect([first.code, first.stderr, first.summary['copied']]).toEqual([0, '', FILES]);
    const kept = target === 'kept' ? join(here.cwd, 'kept') : join(samba().folders.share, way);
    expect(contentsOf(join(kept, 'source-blue/repo-app'))).toEqual(there);
    if (target === 'share') expect(readdirSync(here.cwd)).toEqual(['sessionkeep.yaml']);
    const verified = await run('verify', '--deep');
    expect([verified.code, verified.stderr, verified.summary]).toMatchObject([0, '', { matching: FILES }]);
    const again = await run('backup');
    expect([again.code, again.summary]).toMatchObject([0, { unchanged: FILES, bytesMoved: 0 }]);
  }, 180_000);

  test('names are names, whatever a shell would make of them', async (context) => {
    needCluster(context, way);
    const here = machine(way);
    const backup = await here.run(['backup', '--source', 'odd', '--to', 'kept', '--json']);
    expect([backup.code, backup.stderr, backup.summary['copied']]).toEqual([0, '', ODD.length]);
    const kept = join(here.cwd, 'kept/source-odd/repo-odd');
    expect(readdirSync(kept).sort()).toEqual([...ODD].sort());
    for (const name of ODD) expect(readFileSync(join(kept, name), 'utf8')).toBe(name);
    const folder = `$(touch pwned)'"; ${way}`;
    const into = `k8s://${cluster().namespace}/pod/odd/~/${encodeURIComponent(folder)}`;
    const restored = await here.run(['restore', '--to', 'kept', '--into', into, '--json']);
    expect([restored.code, restored.stderr, restored.summary['restored']]).toEqual([0, '', ODD.length]);
    const print = `cd ~/"$(cat)"/-srv-odd
find . -type f -exec sh -c 'for f; do printf "%s\\0" "\${f#./}"; cat "$f"; printf "\\0"; done' sh {} +`;
    const printed = (await cluster().exec('odd', print, { input: folder })).split('\0').slice(0, -1);
    expect(printed.sort()).toEqual([...ODD, ...ODD].sort());
    expect(await cluster().exec('odd', 'find / -name "pwned*" 2>/dev/null; true')).toBe('');
    expect([existsSync(join(here.home, 'pwned')), existsSync(join(here.cwd, 'pwned'))]).toEqual([
      false,
      false,
    ]);
  });
});

test('a pod that is removed in the middle is no loss: the next run completes', async () => {
  const here = machine('KUBECONFIG');
  const [before = ''] = await pods();
  const removals: Promise<void>[] = [];
  const args = ['backup', '--source', 'blue', '--to', 'kept', '--json'];
  const broken = await here.run([...args, '--bwlimit', '4M'], {
    onStdout: (text) => {
      if (removals.length > 0 || !text.includes('"type":"file"')) return;
      removals.push(cluster().removePod(before));
    },
  });
  await Promise.all(removals);
  expect([broken.code, broken.summary]).toMatchObject([6, { failedSources: [], failed: 0 }]);
  expect(JSON.stringify(broken.summary['errors'])).toMatch(/[0-9]+ files were not done/);
  expect(broken.summary['copied']).toBeGreaterThan(0);
  expect(broken.summary['copied']).toBeLessThan(FILES);
  await cluster().wait('deployment/web', 'condition=Available');
  expect(await pods()).not.toContain(before);
  const next = await here.run(args);
  expect([next.code, next.stderr]).toEqual([0, '']);
  expect(Number(next.summary['copied']) + Number(broken.summary['copied'])).toBe(FILES);
  expect(contentsOf(join(here.cwd, 'kept/source-blue/repo-app'))).toEqual(await contentsThere());
  const verified = await here.run(['verify', '--deep', '--source', 'blue', '--to', 'kept', '--json']);
  expect([verified.code, verified.summary]).toMatchObject([0, { matching: FILES }]);
}, 180_000);

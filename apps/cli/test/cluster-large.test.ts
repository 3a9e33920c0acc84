import { CLUSTER_WAYS, needCluster, type ClusterWay } from '@sessionkeep/testkit/cluster';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { ClusterMachine, useCluster } from './helpers/clusters.js';
import { need } from './helpers/needs.js';
import { noPeaks, withPeak } from './helpers/peak-memory.js';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const BACKUPS = 6;
/** What no run may take, in MiB. */
const MOST = 200;

const cluster = useCluster((made) => made.startPod('pod'));

/** A machine that keeps one project of the pod, which is made by a script. */
async function machine(way: ClusterWay, project: string, script: string): Promise<ClusterMachine> {
  const here = new ClusterMachine(way);
  const folder = `~/.claude/projects/-${project}`;
  await cluster().exec('pod', `mkdir -p ${folder} && cd ${folder} && ${script}`, { longest: 120_000 });
  here.config(`sources:
  pod: { type: kubernetes, namespace: ${cluster().namespace}, pod: pod, repos: { ${project}: -${project} } }
targets:
  kept: { type: local, path: ./kept }
`);
  return here;
}

const keptOf = (here: ClusterMachine, project: string): string =>
  join(here.cwd, `kept/source-pod/repo-${project}/log.jsonl`);

describe.each(CLUSTER_WAYS)('a cluster by %s', (way) => {
  const suffix = way.toLowerCase().replaceAll('_', '-');

  test('a log that grows twenty times a second is kept as an exact prefix, over and over', async (context) => {
    needCluster(context, way);
    const project = `growing-${suffix}`;
    const line = `printf '{"cwd":"/srv/app","n":%d,"text":"%0*d"}\\\\n' $i $((i % 50 * 40 + 1)) 0`;
    const loop = `i=0; while [ -e growing ]; do ${line} >>log.jsonl; i=$((i + 1)); sleep 0.05; done`;
    const here = await machine(way, project, `: >growing; (${loop}) >/dev/null 2>&1 </dev/null & sleep 0.5`);
    const kept: string[] = [];
    for (let times = 0; times < BACKUPS; times++) {
      const ran = await here.run(['backup', '--json']);
      expect([ran.code, ran.stderr]).toEqual([0, '']);
      kept.push(readFileSync(keptOf(here, project), 'utf8'));
    }
    const print = `cd ~/.claude/projects/-${project} && rm growing && sleep 0.5 && cat log.jsonl`;
    const all = await cluster().exec('pod', print);
    for (const [at, text] of kept.entries()) {
      expect(all.startsWith(text)).toBe(true);
      expect(text.length).toBeGreaterThan(kept[at - 1]?.length ?? 0);
    }
  });

  test('a file of 256 MiB arrives as it is', async (context) => {
    needCluster(context, way);
    const project = `large-${suffix}`;
    const here = await machine(way, project, 'head -c 268435456 /dev/urandom >log.jsonl');
    const ran = await here.run(['backup', '--json']);
    expect([ran.code, ran.stderr, ran.summary['bytesMoved']]).toEqual([0, '', 256 * MiB]);
    const hash = createHash('sha256');
    await pipeline(createReadStream(keptOf(here, project)), hash);
    const there = `cd ~/.claude/projects/-${project} && sha256sum <log.jsonl && rm log.jsonl`;
    expect(await cluster().exec('pod', there)).toBe(`${hash.digest('hex')}  -\n`);
  });
});

test('LONG: a file of 5 GiB is kept in flat memory', async (context) => {
  const way = 'KUBECONFIG';
  const script = `printf '{"cwd":"/srv/app"}\\n' >log.jsonl; truncate -s 5G log.jsonl`;
  const here = await machine(way, 'huge', script);
  const { bavail, bsize } = statfsSync(here.root);
  need(context, noPeaks() ?? (bavail * bsize < 6 * GiB ? `needs 6 GiB of room in ${here.root}` : null));
  const began = performance.now();
  const { ran, peak } = await withPeak(here.start(['backup', '--json'], { longestMs: 420_000 }));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`memory: 5 GiB out of a pod: ${peak.toString()} MiB at most, ${seconds} s\n`);
  expect([ran.code, ran.stderr, ran.summary['bytesMoved']]).toEqual([0, '', 5 * GiB]);
  expect(statSync(keptOf(here, 'huge')).size).toBe(5 * GiB);
  expect(peak).toBeGreaterThan(20);
  expect(peak).toBeLessThan(MOST);
  await cluster().exec('pod', 'rm -r ~/.claude/projects/-huge');
}, 600_000);

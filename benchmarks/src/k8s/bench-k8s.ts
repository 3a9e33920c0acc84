import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusBytes, generateCorpus, writeCorpus, type CorpusPlan } from '@sessionkeep/testkit/corpus';
import { noCluster, openCluster } from '@sessionkeep/testkit/cluster';
import { fileSystemOf, isMemory } from '../file-system.js';
import type { SmbBench } from '../smb/bench-smb.js';
import { contendersOf, OURS } from './contenders.js';
import { CORPUS, K8S_HELP, readK8sOptions, type K8sBenchOptions } from './options.js';
import { PROJECTS, putIntoPod, startPod, writeLarge } from './pod-folder.js';
import { render } from './render.js';
import { namesOf, runK8sRounds } from './rounds.js';
import { figuresOf, verdictsOf } from './summary.js';
import { CORPUS_TASKS, LARGE_TASK } from './tasks.js';

/** What the benchmark is given by whoever starts it. */
export type K8sBench = Omit<SmbBench, 'self'>;

/** `npm run bench -- k8s`; gives the exit code. */
export async function benchK8s(args: readonly string[], bench: K8sBench): Promise<number> {
  const options = readK8sOptions(args);
  if (typeof options === 'string') {
    (options === K8S_HELP ? process.stdout : process.stderr).write(options);
    return options === K8S_HELP ? 0 : 2;
  }
  const obstacle = obstacleTo(options, bench);
  if (obstacle !== null) {
    bench.log(obstacle);
    return 2;
  }
  const scratch = mkdtempSync(join(options.folder, 'sessionkeep-bench-k8s-'));
  try {
    return await measureAll(options, bench, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function obstacleTo({ folder, allowMemory }: K8sBenchOptions, { cli }: K8sBench): string | null {
  if (!existsSync(cli)) return 'the CLI is not built';
  if (!existsSync(folder)) return `there is no ${folder}: name a folder on a disk with --dir`;
  const fileSystem = fileSystemOf(folder);
  if (isMemory(fileSystem) && !allowMemory) {
    return `${folder} is a ${fileSystem}, where flushing costs nothing: name a folder on a disk with --dir, or add --allow-memory`;
  }
  return noCluster();
}

async function measureAll(options: K8sBenchOptions, bench: K8sBench, scratch: string): Promise<number> {
  const { log, cli } = bench;
  const { only, rounds, image, profiles } = options;
  const wantsCorpus = only === CORPUS || CORPUS_TASKS.some((task) => task.includes(only));
  const plan = wantsCorpus ? planOf(options, bench) : null;
  const large = LARGE_TASK.includes(only);
  const local = join(scratch, 'local');
  mkdirSync(local);
  const written = plan === null ? null : await writeCorpus(plan, join(local, PROJECTS));
  if (written?.isErr() === true) {
    log(written.error.message);
    return 1;
  }
  if (large) writeLarge(local);
  await using cluster = await openCluster();
  const pod = await startPod(cluster, image, local);
  putIntoPod(pod, namesOf({ plan, large }));
  const contenders = contendersOf({ cli, scratch, profiles });
  const samples = await runK8sRounds({ rounds, contenders, pod, plan, large, scratch, log });
  const figures = figuresOf(samples);
  const verdicts = verdictsOf(figures);
  const results = {
    machine: bench.machine(fileSystemOf(options.folder)),
    versions: JSON.parse(await cluster.kubectl(['version', '-o', 'json'])) as unknown,
    image: cluster.images[image],
    corpus: plan === null ? null : { files: plan.files.length, bytes: corpusBytes(plan), seed: bench.seed },
    rounds,
    figures,
    verdicts,
  };
  mkdirSync(bench.results, { recursive: true });
  writeFileSync(join(bench.results, 'k8s.json'), `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`\n${render(figures, verdicts)}\nwritten to benchmarks/results/k8s.json\n`);
  return figures.some((one) => one.failure !== null && one.contender === OURS) ? 1 : 0;
}

function planOf({ files, bytes }: K8sBenchOptions, { seed, baseTime, log }: K8sBench): CorpusPlan {
  const plan = generateCorpus({ seed, projects: 40, files, bytes, baseTime });
  log(`corpus: ${String(plan.files.length)} files, ${(corpusBytes(plan) / 2 ** 20).toFixed(0)} MiB`);
  return plan;
}

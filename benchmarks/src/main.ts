import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { corpusBytes, generateCorpus, writeCorpus } from '@sessionkeep/testkit/corpus';
import { findContenders, rsyncVersion } from './contenders.js';
import { fileSystemOf, isMemory } from './file-system.js';
import { benchK8s } from './k8s/bench-k8s.js';
import { HELP, readOptions, type BenchOptions } from './options.js';
import { measurePlanner, type PlannerFigures } from './planner.js';
import { render } from './render.js';
import { runRounds } from './run-rounds.js';
import { benchSmb } from './smb/bench-smb.js';
import { runWorker } from './smb/worker.js';
import { measureStartUp } from './start-up.js';
import { figuresOf, ratiosOf } from './summary.js';

const SELF = fileURLToPath(import.meta.url);
const ROOT_FOLDER = join(SELF, '../../..');
const RESULTS = join(ROOT_FOLDER, 'benchmarks/results');
const CLI = join(ROOT_FOLDER, 'apps/cli/dist/main.js');
const PLANNER_ONLY = '--planner-only';
const SMB_WORKER = '--smb-worker';
const SEED = 1;
/** The newest file's time: 2026-08-01. */
const BASE_TIME = 1_785_542_400_000;

const [first, ...rest] = process.argv.slice(2);
if (first === PLANNER_ONLY) process.stdout.write(JSON.stringify(measurePlanner(Number(rest[0]))));
else if (first === SMB_WORKER) await runWorker(rest[0] ?? '', rest[1] ?? '');
else if (first === 'smb') process.exitCode = await smb(rest);
else if (first === 'k8s') process.exitCode = await k8s(rest);
else process.exitCode = await main(process.argv.slice(2));

function smb(args: readonly string[]): Promise<number> {
  const seed = SEED;
  return benchSmb(args, { cli: CLI, self: SELF, results: RESULTS, seed, baseTime: BASE_TIME, machine, log });
}

function k8s(args: readonly string[]): Promise<number> {
  return benchK8s(args, { cli: CLI, results: RESULTS, seed: SEED, baseTime: BASE_TIME, machine, log });
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    (options === HELP ? process.stdout : process.stderr).write(options);
    return options === HELP ? 0 : 2;
  }
  const fileSystem = fileSystemOf(options.folder);
  if (isMemory(fileSystem) && !options.allowMemory) {
    log(
      `${options.folder} is a ${fileSystem}: it lies in memory, where flushing costs nothing, so figures from it say`,
    );
    log('nothing about a disk. Name a folder on a disk with --dir, or add --allow-memory.');
    return 2;
  }
  const scratch = mkdtempSync(join(options.folder, 'sessionkeep-bench-'));
  try {
    return await bench(options, fileSystem, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function bench(options: BenchOptions, fileSystem: string, scratch: string): Promise<number> {
  const { contenders, missing } = findContenders(ROOT_FOLDER, scratch);
  for (const what of missing) log(`left out: ${what}`);
  const { files, bytes } = options;
  const plan = generateCorpus({ seed: SEED, projects: 40, files, bytes, baseTime: BASE_TIME });
  const source = join(scratch, 'projects');
  const written = await writeCorpus(plan, source);
  if (written.isErr()) {
    log(written.error.message);
    return 1;
  }
  log(
    `corpus: ${String(plan.files.length)} files, ${(corpusBytes(plan) / 2 ** 20).toFixed(0)} MiB on ${fileSystem}`,
  );
  const samples = await runRounds({ plan, source, scratch, contenders, rounds: options.rounds, log });
  const figures = figuresOf(samples);
  const ratios = ratiosOf(figures);
  const planner = options.entries === 0 ? null : plannerInItsOwnProcess(options.entries);
  const startUp = options.starts === 0 ? null : measureStartUp(CLI, options.starts);
  const corpus = { files: plan.files.length, bytes: corpusBytes(plan), seed: SEED };
  const results = {
    machine: machine(fileSystem),
    corpus,
    rounds: options.rounds,
    missing,
    figures,
    ratios,
    planner,
    startUp,
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, 'latest.json'), `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(
    `\n${render(figures, ratios, planner, startUp)}\nwritten to benchmarks/results/latest.json\n`,
  );
  return figures.some((one) => one.failure !== null) ? 1 : 0;
}

function plannerInItsOwnProcess(entries: number): PlannerFigures {
  const output = execFileSync(process.execPath, [SELF, PLANNER_ONLY, String(entries)], { encoding: 'utf8' });
  return JSON.parse(output) as PlannerFigures;
}

function machine(fileSystem: string) {
  const [cpu] = cpus();
  return {
    platform: `${platform()} ${release()}`,
    cpu: cpu?.model ?? '',
    cores: cpus().length,
    memoryBytes: totalmem(),
    fileSystem,
    node: process.version,
    rsync: rsyncVersion(),
  };
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

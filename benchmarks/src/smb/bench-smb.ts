import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusBytes, generateCorpus, writeCorpus, type CorpusPlan } from '@sessionkeep/testkit/corpus';
import { noSamba } from '@sessionkeep/testkit/samba';
import { fileSystemOf, isMemory } from '../file-system.js';
import { findContenders, RCLONE, versionOf } from './contenders.js';
import { BACKUP, readSmbOptions, SMB_HELP, type SmbBenchOptions } from './options.js';
import { startPlace, stopPlace, type Place } from './places.js';
import { render } from './render.js';
import { runSmbRounds } from './rounds.js';
import { writeSources } from './sources.js';
import { figuresOf, verdictsOf } from './summary.js';
import { BACKUP_TASKS, LARGE_BYTES, MODES, type Mode, type TaskName } from './tasks.js';

/** What the benchmark is given by whoever starts it. */
export interface SmbBench {
  readonly cli: string;
  readonly self: string;
  readonly results: string;
  readonly seed: number;
  readonly baseTime: number;
  readonly machine: (fileSystem: string) => object;
  readonly log: (line: string) => void;
}

/** It cannot sign as Samba does; that says nothing of us. */
const MAY_FAIL: readonly string[] = [RCLONE];

/** The corpus, and a copy for each contender. */
const COPIES = 4;

/** `npm run bench -- smb`; gives the exit code. */
export async function benchSmb(args: readonly string[], bench: SmbBench): Promise<number> {
  const options = readSmbOptions(args);
  if (typeof options === 'string') {
    (options === SMB_HELP ? process.stdout : process.stderr).write(options);
    return options === SMB_HELP ? 0 : 2;
  }
  const obstacle = obstacleTo(options, bench);
  if (obstacle !== null) {
    bench.log(obstacle);
    return 2;
  }
  const scratch = mkdtempSync(join(options.folder, 'sessionkeep-bench-smb-'));
  try {
    return await measureAll(options, bench, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function obstacleTo({ folder }: SmbBenchOptions, { cli }: SmbBench): string | null {
  const samba = noSamba();
  if (samba !== null) return samba;
  if (!existsSync(cli)) return 'the CLI is not built';
  if (!existsSync(folder)) return `there is no ${folder}: name a folder in memory with --dir`;
  const fileSystem = fileSystemOf(folder);
  if (isMemory(fileSystem)) return null;
  return `${folder} is a ${fileSystem}: name a folder in memory with --dir, or a disk is what is measured`;
}

async function measureAll(options: SmbBenchOptions, bench: SmbBench, scratch: string): Promise<number> {
  const { log, cli, self } = bench;
  const { profiles, only } = options;
  const { contenders, missing } = findContenders({ cli, self, scratch, profiles });
  for (const what of missing) log(`left out: ${what}`);
  const wants = (task: TaskName): boolean => task.includes(only);
  const wantsBackup = only === BACKUP || BACKUP_TASKS.some(wants);
  const plan = wantsBackup ? corpusPlan(options, bench) : null;
  const folder = join(scratch, 'projects');
  const written = plan === null ? null : await writeCorpus(plan, folder);
  if (written?.isErr() === true) {
    log(written.error.message);
    return 1;
  }
  const sources = writeSources(scratch);
  const corpus = plan === null ? null : { folder, plan };
  await using servers = await startServers(scratch);
  const { places } = servers;
  const { rounds } = options;
  const samples = await runSmbRounds({ rounds, contenders, places, sources, corpus, scratch, wants, log });
  const figures = figuresOf(samples);
  const verdicts = verdictsOf(figures);
  const results = {
    machine: bench.machine(fileSystemOf(options.folder)),
    samba: versionOf('smbd', '--version'),
    smbclient: versionOf('smbclient', '--version'),
    rclone: versionOf('rclone', 'version'),
    corpus: plan === null ? null : { files: plan.files.length, bytes: corpusBytes(plan), seed: bench.seed },
    rounds,
    missing,
    figures,
    verdicts,
  };
  mkdirSync(bench.results, { recursive: true });
  writeFileSync(join(bench.results, 'smb.json'), `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`\n${render(figures, verdicts)}\nwritten to benchmarks/results/smb.json\n`);
  return figures.some((one) => one.failure !== null && !MAY_FAIL.includes(one.contender)) ? 1 : 0;
}

/** Of the size that was asked for, or of what memory has room for. */
function corpusPlan(
  { folder, files, bytes }: SmbBenchOptions,
  { seed, baseTime, log }: SmbBench,
): CorpusPlan {
  const { bavail, bsize } = statfsSync(folder);
  const room = Math.min(process.availableMemory(), bavail * bsize) / 2 - 4 * LARGE_BYTES;
  const fits = Math.max(2 ** 20, Math.min(bytes, Math.floor(room / COPIES)));
  if (fits < bytes)
    log(`memory has room for a corpus of ${mebibytes(fits)}: ${mebibytes(bytes)} were asked for`);
  const plan = generateCorpus({ seed, projects: 40, files, bytes: fits, baseTime });
  log(`corpus: ${String(plan.files.length)} files, ${mebibytes(corpusBytes(plan))}`);
  return plan;
}

interface Servers extends AsyncDisposable {
  readonly places: Readonly<Record<Mode, Place>>;
}

async function startServers(within: string): Promise<Servers> {
  const started = await Promise.all(MODES.map((mode) => startPlace(mode, within)));
  const places = Object.fromEntries(started.map((place) => [place.mode, place])) as Record<Mode, Place>;
  return {
    places,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map(stopPlace));
    },
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mutateFolder, planMutations, type CorpusPlan } from '@sessionkeep/testkit/corpus';
import { measureAlone } from '../measure.js';
import { rotated } from '../run-rounds.js';
import { archiveDifference, fileDifference, treeDifference } from './check.js';
import { emptied, OURS, reportIn, type Contender, type Job } from './contenders.js';
import { addressOf, folderOn, type Place } from './places.js';
import type { Sources } from './sources.js';
import type { Sample, Samples, Wire } from './summary.js';
import {
  BACKUP_TASKS,
  BACKUPS,
  FILE_TASKS,
  GROWN_FILES,
  type Line,
  type Mode,
  type TaskName,
} from './tasks.js';
import type { WorkerReport } from './worker.js';

export interface SmbRounds {
  readonly rounds: number;
  readonly contenders: readonly Contender[];
  readonly places: Readonly<Record<Mode, Place>>;
  readonly sources: Sources;
  /** The folder that backups are of, and what it was made from; null leaves backups out. */
  readonly corpus: { readonly folder: string; readonly plan: CorpusPlan } | null;
  readonly scratch: string;
  readonly wants: (task: TaskName) => boolean;
  readonly log: (line: string) => void;
}

const FILE = 'large.bin';

/**
 * Measures all contenders in turn at each task, several times over; who begins changes from round to round. What each
 * has written is compared with what it was to write, and then removed.
 */
export async function runSmbRounds(options: SmbRounds): Promise<Samples> {
  const book = new Book(options.log);
  const lines = FILE_TASKS.filter(({ task }) => options.wants(task));
  for (let round = 0; round < options.rounds; round++) {
    const turn = rotated(options.contenders, round);
    for (const line of lines) {
      for (const contender of turn) {
        const sample = await measureFiles(options, line, contender);
        if (sample !== null) book.add(round, line, contender.name, sample);
      }
    }
    for (const [index, backup] of BACKUPS.entries()) {
      await measureBackups(options, { ...backup, turn, number: round * BACKUPS.length + index, round, book });
    }
  }
  return book.samples;
}

/** All samples, in the order of lines and contenders as they first came. */
class Book {
  readonly samples: (Line & { readonly contender: string; readonly samples: Sample[] })[] = [];
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(round: number, { task, mode }: Line, contender: string, sample: Sample): void {
    const said = sample.failure?.split('\n').at(-1) ?? `${sample.seconds.toFixed(3)} s`;
    this.#log(`round ${String(round + 1)}, ${task}, ${mode}, ${contender}: ${said}`);
    const known = this.samples.find(
      (one) => one.task === task && one.mode === mode && one.contender === contender,
    );
    if (known === undefined) this.samples.push({ task, mode, contender, samples: [sample] });
    else known.samples.push(sample);
  }
}

async function measureFiles(
  { places, sources, scratch }: SmbRounds,
  { task, mode }: Line,
  contender: Contender,
): Promise<Sample | null> {
  const place = places[mode];
  const folder = folderOn(place, contender.name);
  const back = join(scratch, 'fetched');
  const far = task === '300 at 10 ms';
  const many = far ? sources.far : sources.small;
  const isGet = task === 'get 256 MiB';
  const isLarge = isGet || task === 'put 256 MiB';
  emptied(folder);
  if (isGet) cpSync(sources.large, join(folder, FILE));
  const job: Job = {
    task,
    address: addressOf(place, far ? place.far : place.samba),
    local: isGet ? back : isLarge ? sources.large : many,
    folder: contender.name,
    file: FILE,
  };
  const sample = await measureJob(contender, job, scratch);
  if (sample === null) return null;
  const checked = withCheck(sample, () => {
    if (task === 'sign in') return null;
    if (isLarge) return fileDifference(sources.large, isGet ? back : join(folder, FILE));
    // Only ours and rclone give files their times.
    return treeDifference(many, folder, { times: contender.name === OURS });
  });
  rmSync(folder, { recursive: true, force: true });
  rmSync(back, { force: true });
  return checked;
}

interface Backups {
  readonly mode: Mode;
  readonly server: Mode;
  readonly turn: readonly Contender[];
  /** Counts what has happened to the corpus. */
  readonly number: number;
  readonly round: number;
  readonly book: Book;
}

/** The life of each contender's copy, from the first one on. */
async function measureBackups(
  options: SmbRounds,
  { mode, server, turn, number, round, book }: Backups,
): Promise<void> {
  const { corpus, places, scratch } = options;
  if (corpus === null) return;
  const place = places[server];
  for (const { name } of turn) emptied(folderOn(place, name));
  for (const task of BACKUP_TASKS) {
    const grown = task === '50 grown';
    const fresh = grown ? await grow(corpus, number + 1) : 0;
    for (const contender of turn) {
      const folder = folderOn(place, contender.name);
      const address = addressOf(place, grown ? place.counting : place.samba, mode);
      const job: Job = { task, address, local: corpus.folder, folder: contender.name, file: '' };
      const before = trafficOf(place);
      const sample = await measureJob(contender, job, scratch);
      if (sample === null) continue;
      const wire = grown ? { ...passedSince(before, place), fresh } : null;
      const checked = withCheck({ ...sample, wire }, () =>
        contender.name === OURS
          ? archiveDifference(corpus.folder, folder)
          : treeDifference(corpus.folder, folder, { times: false }),
      );
      book.add(round, { task, mode }, contender.name, checked);
    }
  }
  for (const { name } of turn) rmSync(folderOn(place, name), { recursive: true, force: true });
}

async function measureJob(contender: Contender, job: Job, scratch: string): Promise<Sample | null> {
  const command = contender.command(job);
  if (command === null) return null;
  const measured = await measureAlone(command, scratch);
  if (measured.failure !== null || !contender.tellsSeconds(job.task)) return { ...measured, wire: null };
  const { seconds, signing, encryption } = JSON.parse(
    readFileSync(reportIn(scratch), 'utf8'),
  ) as WorkerReport;
  const found: Mode = encryption !== null ? 'encrypted' : signing !== null ? 'signed' : 'unsigned';
  const failure = found === job.address.mode ? null : `the session was ${found}`;
  return { ...measured, seconds, failure, wire: null };
}

/** Whoever did not do the work has no figures. */
function withCheck(sample: Sample, check: () => string | null): Sample {
  if (sample.failure !== null) return sample;
  const failure = check();
  return failure === null ? sample : { ...sample, failure };
}

/** How many bytes of the corpus are new. */
async function grow({ folder, plan }: NonNullable<SmbRounds['corpus']>, number: number): Promise<number> {
  const mutations = planMutations(plan, number, { grow: GROWN_FILES }, number);
  const grown = await mutateFolder(folder, mutations);
  if (grown.isErr()) throw new Error(grown.error.message);
  return mutations.reduce((sum, one) => sum + (one.kind === 'grow' ? one.content.size : 0), 0);
}

function trafficOf({ counting }: Place): Omit<Wire, 'fresh'> {
  return { up: counting.traffic.up.bytes, down: counting.traffic.down.bytes };
}

function passedSince(before: Omit<Wire, 'fresh'>, place: Place): Omit<Wire, 'fresh'> {
  const now = trafficOf(place);
  return { up: now.up - before.up, down: now.down - before.down };
}

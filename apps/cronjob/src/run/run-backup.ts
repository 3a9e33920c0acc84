import type { KeepError } from '@sessionkeep/core';
import {
  backup,
  chooseWork,
  readBackOf,
  readLimits,
  startEngine,
  verify,
  waitForJitter,
  type BackupEnd,
  type Choice,
  type Engine,
  type SelectedSource,
  type SelectedTarget,
  type VerifyEnd,
  type Work,
  type World,
} from '@sessionkeep/runner';
import { EXIT, exitCode, failedEnding, type ExitCode } from '@sessionkeep/runner/program';
import { Result } from 'neverthrow';
import { existsSync } from 'node:fs';
import type { LogObserver } from '../log/log-observer.js';
import type { Redactor } from '../log/redactor.js';
import type { Options } from '../options/parse-options.js';
import type { SourceFacts } from '../run-facts.js';
import { sourceFacts } from './source-facts.js';

/** What a run is done with. */
export interface Running {
  readonly options: Options;
  readonly world: World;
  readonly observer: LogObserver;
  readonly redactor: Redactor;
  /** Whether it is to find out, at its end, what no backup has kept yet. */
  readonly wantUnsaved: boolean;
}

/** What a run came to. */
export interface Ran {
  readonly exitCode: ExitCode;
  /** Null where it did not begin. */
  readonly backup: BackupEnd | null;
  /** Null where none was asked for, or there was nothing left to verify. */
  readonly verification: VerifyEnd | null;
  readonly sources: readonly SourceFacts[];
  readonly errors: readonly KeepError[];
  readonly alarms: readonly string[];
}

/** Where a CronJob mounts its ConfigMap. */
const MOUNTED_CONFIG = '/etc/sessionkeep/sessionkeep.yaml';

/** One backup, and a verification where that was asked for. Whatever goes wrong is in the answer. */
export async function runBackup(running: Running): Promise<Ran> {
  const { options, world, observer } = running;
  const { values } = options;
  const choice = choiceOf(options);
  const read = Result.combine([
    readLimits({ lanes: values.get('lanes'), bwlimit: values.get('bwlimit') }),
    readBackOf({ sample: values.get('verify-sample') }, choice, '--verify-sample'),
  ]);
  if (read.isErr()) return notBegun([read.error]);
  const waited = await waitForJitter(values.get('jitter'), observer, world);
  if (waited.isErr()) return notBegun([waited.error]);
  const [limits, readBack] = read.value;
  const engine = await startEngine(world, { limits, observer, tell: (line) => observer.note(line) });
  try {
    const work = await chooseWork(choice, world, engine);
    if (work.isErr()) return notBegun(work.error);
    await keepSecret([...work.value.sources, ...work.value.targets], running, engine);
    const done = await backup(
      { work: work.value, engine, observer },
      {
        dryRun: options.flags.has('dry-run'),
        checksum: options.flags.has('checksum'),
        shard: options.shard,
      },
    );
    const verifies = readBack.read !== 'nothing' && !options.flags.has('dry-run') && !world.signal.aborted;
    const verification = verifies
      ? await verify(
          { work: work.value, engine, observer, choice, now: world.now() },
          { readBack, shard: options.shard },
        )
      : null;
    const sources = await sourcesOf(running, choice, work.value, engine, done);
    return { ...together(done, verification), backup: done, verification, sources };
  } finally {
    await engine.pods.close();
  }
}

function choiceOf({ values }: Options): Choice {
  return {
    config: values.get('config') ?? (existsSync(MOUNTED_CONFIG) ? MOUNTED_CONFIG : undefined),
    source: values.get('source'),
    repo: values.get('repo'),
    to: values.get('to'),
  };
}

/** What came of a run that could not begin. */
export function notBegun(errors: readonly KeepError[]): Ran {
  return {
    exitCode: exitCode(errors.map(failedEnding)),
    backup: null,
    verification: null,
    sources: [],
    errors,
    alarms: [],
  };
}

/** No password is ever told; were one to turn up in a message all the same, it is taken out. */
async function keepSecret(
  places: readonly (SelectedSource | SelectedTarget)[],
  { redactor }: Running,
  { passwords }: Engine,
): Promise<void> {
  for (const { location } of places) {
    if (location.type !== 'smb') continue;
    const password = (await passwords.of(location)).unwrapOr(null);
    if (password !== null) redactor.add(password);
  }
}

function sourcesOf(
  { options, world, wantUnsaved }: Running,
  choice: Choice,
  work: Work,
  engine: Engine,
  { failedSources }: BackupEnd,
): Promise<readonly SourceFacts[]> {
  const away = failedSources.map(({ source }) => source);
  return sourceFacts({ choice, work, engine, world, away, shard: options.shard, ask: wantUnsaved });
}

/** Both runs as one: what either found, and the worse of their ends. */
function together(
  done: BackupEnd,
  verification: VerifyEnd | null,
): Pick<Ran, 'exitCode' | 'errors' | 'alarms'> {
  const ends = verification === null ? [done] : [done, verification];
  const codes = ends.map((end) => end.exitCode);
  const worst = [EXIT.interrupted, EXIT.damage].find((code) => codes.includes(code));
  return {
    exitCode: worst ?? codes.find((code) => code !== EXIT.done) ?? EXIT.done,
    errors: distinct(ends.flatMap(({ errors }) => errors)),
    alarms: [...new Set(ends.flatMap(({ alarms }) => alarms))],
  };
}

/** What is wrong with a source or a target both runs tell. */
function distinct(errors: readonly KeepError[]): KeepError[] {
  return [...new Map(errors.map((error) => [error.message, error])).values()];
}

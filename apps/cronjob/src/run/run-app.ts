import { keepError } from '@sessionkeep/core';
import { backupSentence, type World } from '@sessionkeep/runner';
import { errorLine, EXIT, EXIT_MEANINGS, type ExitCode } from '@sessionkeep/runner/program';
import { existsSync } from 'node:fs';
import { JsonLog } from '../log/json-log.js';
import { LogObserver } from '../log/log-observer.js';
import type { LogSink } from '../log/log-sink.js';
import { Redactor } from '../log/redactor.js';
import { parseOptions, type Options } from '../options/parse-options.js';
import type { RunFacts } from '../run-facts.js';
import { summarySentence } from '../termination/summary-lines.js';
import { terminationMessage } from '../termination/termination-message.js';
import { writeTerminationMessage } from '../termination/write-termination-message.js';
import { notBegun, runBackup, type Ran } from './run-backup.js';
import { readAddresses, Watchers } from './watchers.js';

/** What Kubernetes mounts for a summary. */
const TERMINATION_LOG = '/dev/termination-log';

/** What the app is run in. */
export interface Process {
  readonly world: World;
  readonly sink: LogSink;
  /** Calls back when the signal of the world is aborted, before anything ends because of it. */
  readonly onStop: (tell: (text: string) => void) => void;
}

/** One run of the app, from its command line to its exit code. Never rejects; everything that goes wrong is told. */
export async function runApp(argv: readonly string[], { world, sink, onStop }: Process): Promise<ExitCode> {
  const began = world.now();
  const { options, errors: misread } = parseOptions(argv, world.env);
  const redactor = new Redactor();
  const log = new JsonLog({ level: options.logLevel, now: world.now, sink, redactor });
  onStop((text) => log.warn('signal', text));
  const { addresses, errors } = readAddresses(world.env, options.shard, redactor);
  const isDry = options.flags.has('dry-run');
  const nobody = { ping: null, webhook: null, pushgateway: null };
  const metricsFile = options.values.get('metrics-file') ?? null;
  const watchers = new Watchers(isDry ? nobody : addresses, isDry ? null : metricsFile, log);
  log.info('start', `sessionkeep-cronjob ${world.version}`, { version: world.version, shard: options.shard });
  watchers.start();
  const wrong = [...misread, ...errors];
  const ran =
    wrong.length > 0
      ? notBegun(wrong)
      : await guarded(() => {
          const observer = new LogObserver(log, world.now);
          return runBackup({ options, world, observer, redactor, wantUnsaved: watchers.wantMetrics });
        });
  const facts = redactor.all(factsOf(ran, options, world, began));
  for (const error of ran.errors) log.error('error', errorLine(error), { error });
  // What may have to be killed before others have answered has left its message.
  await leaveMessage(facts, options, log);
  await watchers.end(facts);
  tellSummary(facts, ran, log);
  await log.end();
  return ran.exitCode;
}

/** A mistake of ours is told too, as far as anybody listens. */
async function guarded(run: () => Promise<Ran>): Promise<Ran> {
  try {
    return await run();
  } catch (cause) {
    const message = `sessionkeep failed in a way it should not: ${cause instanceof Error ? cause.message : String(cause)}`;
    const hint = 'please report it; what the archive has is unharmed';
    const error = keepError('io', 'run', message, { hint, cause });
    return { ...notBegun([error]), exitCode: EXIT.unexpected };
  }
}

function factsOf(ran: Ran, options: Options, world: World, began: number): RunFacts {
  const { exitCode, backup, verification, sources, errors, alarms } = ran;
  return {
    version: world.version,
    began,
    ended: world.now(),
    exitCode,
    meaning: EXIT_MEANINGS[exitCode],
    dryRun: options.flags.has('dry-run'),
    shard: options.shard,
    repos: (backup?.reports ?? []).map(({ target, report }) => {
      const { source, repo, counts, bytesMoved, failure, ledger } = report;
      return {
        target,
        source,
        repo,
        counts,
        bytesMoved,
        alarms: report.alarms.length,
        failure: failure === null ? null : errorLine(failure),
        ledger,
      };
    }),
    sources,
    verified: (verification?.reports ?? []).map(({ target, report }) => {
      const { source, repo, counts } = report;
      return { target, source, repo, counts };
    }),
    errors: errors.map(errorLine),
    alarms,
  };
}

function tellSummary(facts: RunFacts, { exitCode, backup }: Ran, log: JsonLog): void {
  const { began, ended, repos, sources, verified, ...rest } = facts;
  const fields = {
    ...rest,
    durationMs: Math.round(ended - began),
    repos: repos.length,
    bytesMoved: backup?.sum.bytes ?? 0,
    counts: backup?.sum.counts ?? {},
    sources,
    verified: verified.length,
  };
  const level = exitCode === EXIT.done ? 'info' : 'error';
  const sentence = backup === null ? '' : ` ${backupSentence(exitCode, facts.dryRun, false)}`;
  log.tell(level, 'summary', `${summarySentence(facts)}.${sentence}`, fields);
}

async function leaveMessage(facts: RunFacts, { values }: Options, log: JsonLog): Promise<void> {
  const path = values.get('termination-log') ?? (existsSync(TERMINATION_LOG) ? TERMINATION_LOG : null);
  if (path === null) return;
  const written = await writeTerminationMessage(path, terminationMessage(facts));
  if (written.isErr()) log.warn('termination', errorLine(written.error));
}

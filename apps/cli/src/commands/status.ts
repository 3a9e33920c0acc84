import { openEngine } from '../work/open-engine.js';
import { keepError, parseAge, type KeepError } from '@sessionkeep/core';
import {
  type Asked,
  closeAsked,
  type Engine,
  findAsked,
  type LoadedConfig,
  locationText,
  lookAtArchive,
  type Choice,
  noArchive,
  openConfig,
  openTarget,
  type RepoStanding,
  type SelectedTarget,
  selectTargets,
  type SourceStanding,
} from '@sessionkeep/runner';
import { type Ending, exitCode, type ExitCode, failedEnding } from '@sessionkeep/runner/program';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import type { Output } from '../output/output.js';
import { expiringFields } from '../retention/expiring-sentence.js';
import { findExpiring, type ExpiringSource } from '../retention/expiring-sessions.js';
import { repoFields, sourceFields, stalePlaceFields } from '../status/standing-fields.js';
import { stalePlaces, type StalePlace } from '../status/stale-places.js';
import { statusLines, type StatusView } from '../status/status-table.js';
import { refuse } from '../work/finish.js';

/** `sessionkeep status`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const maxAge = maxAgeOf(args);
  if (maxAge.isErr()) return refuse(args, output, [maxAge.error]);
  const choice = choiceOf(args);
  const config = await openConfig(choice, context);
  if (config.isErr()) return refuse(args, output, config.error);
  const targets = selectTargets(choice, config.value, context);
  if (targets.isErr()) return refuse(args, output, [targets.error]);
  const engine = await openEngine(context, output);
  const asked = await findAsked(choice, config.value, context, engine, { ask: !args.flags.has('no-source') });
  if (asked.isErr()) {
    await engine.pods.close();
    return refuse(args, output, [asked.error]);
  }
  const json = args.flags.has('json');
  const sum = new StatusSum(output, json, maxAge.value, context.now());
  for (const target of targets.value) {
    const sources = await lookAt(target, {
      choice,
      asked: asked.value,
      config: config.value,
      engine,
      context,
    });
    if (sources.isErr()) sum.fail(target, sources.error, targets.value.length > 1);
    else {
      const expiring = await findExpiring(sources.value, asked.value.open, engine);
      const stale = sum.add(target, sources.value, expiring);
      if (!json) show(target, targets.value, { sources: sources.value, stale, expiring }, context);
    }
  }
  await closeAsked(asked.value);
  await engine.pods.close();
  return sum.finish();
}

interface Looking {
  readonly choice: Choice;
  readonly asked: Asked;
  readonly config: LoadedConfig | null;
  readonly engine: Engine;
  readonly context: Context;
}

async function lookAt(
  target: SelectedTarget,
  { engine, context, ...look }: Looking,
): Promise<Result<readonly SourceStanding[], KeepError>> {
  if (engine.signal.aborted) return err(keepError('aborted', 'status', 'interrupted'));
  const opened = await openTarget(engine, target, { create: false });
  if (opened.isErr()) return err(opened.error);
  const archive = opened.value;
  const sources =
    archive.id === null
      ? err(noArchive(archive))
      : await lookAtArchive({ ...look, archive, now: context.now(), signal: engine.signal });
  await archive.target.close();
  return sources;
}

function maxAgeOf({ values }: Args): Result<number | null, KeepError> {
  const text = values.get('max-age');
  if (text === undefined) return ok(null);
  return parseAge(text).mapErr((error) => ({ ...error, message: `--max-age: ${error.message}` }));
}

function titleOf({ name, location }: SelectedTarget, several: boolean): string {
  const where = locationText(location);
  return several && name !== where ? `${name}: ${where}` : where;
}

function show(
  target: SelectedTarget,
  all: readonly SelectedTarget[],
  found: Pick<StatusView, 'sources' | 'stale' | 'expiring'>,
  { stdout, now }: Context,
): void {
  const lines = statusLines({
    title: titleOf(target, all.length > 1),
    ...found,
    now: now(),
    width: stdout.columns(),
    styles: stdout.styles,
  });
  stdout.write(`${target === all[0] ? '' : '\n'}${lines.join('\n')}\n`);
}

/** Adds the targets up to a summary and an exit code. */
class StatusSum {
  private readonly endings: Ending[] = [];
  private readonly errors: KeepError[] = [];
  private readonly alarms: string[] = [];
  private readonly sources: unknown[] = [];
  private readonly stale: unknown[] = [];
  private readonly totals = {
    repos: 0,
    files: 0,
    gone: 0,
    bytes: 0,
    versions: 0,
    versionBytes: 0,
    neverKept: 0,
  };

  constructor(
    private readonly output: Output,
    private readonly json: boolean,
    private readonly maxAge: number | null,
    private readonly now: number,
  ) {}

  fail(target: SelectedTarget, error: KeepError, several: boolean): void {
    this.endings.push(failedEnding(error));
    this.errors.push(several ? { ...error, message: `${target.name}: ${error.message}` } : error);
  }

  /** Answers with what of it is stale. */
  add(
    { name }: SelectedTarget,
    sources: readonly SourceStanding[],
    expiring: readonly ExpiringSource[],
  ): readonly StalePlace[] {
    const { maxAge, now } = this;
    const stale = maxAge === null ? [] : stalePlaces(sources, maxAge, now);
    for (const source of sources) {
      const soon = expiring.find((one) => one.source === source.source);
      this.sources.push({
        ...sourceFields(name, source, now),
        expiring: soon === undefined ? null : expiringFields(soon),
      });
      for (const repo of source.repos) this.addRepo(name, repo, stale);
    }
    this.stale.push(...stale.map((place) => stalePlaceFields(name, place)));
    if (stale.length > 0) this.endings.push({ ...FINE, stale: true });
    return stale;
  }

  finish(): ExitCode {
    const code = exitCode(this.endings);
    const { output, maxAge, totals, sources, stale, alarms, errors } = this;
    const maxAgeSeconds = maxAge === null ? null : maxAge / 1000;
    const summary = {
      command: 'status',
      exitCode: code,
      ...totals,
      maxAgeSeconds,
      sources,
      stale,
      alarms,
      errors,
    };
    output.finish(summary, []);
    return code;
  }

  private addRepo(target: string, standing: RepoStanding, stale: readonly StalePlace[]): void {
    const { source, repo, status, failure } = standing;
    const mine = stale.find((place) => place.source === source && place.repo === repo);
    if (this.json) this.output.repo('', '', repoFields(target, standing, mine ?? null, this.now));
    if (failure !== null) {
      this.errors.push({ ...failure, message: `${source}/${repo}: ${failure.message}` });
      this.endings.push(failedEnding(failure));
      return;
    }
    if (status === null) {
      this.totals.neverKept++;
      return;
    }
    this.totals.repos++;
    for (const key of ['files', 'gone', 'bytes', 'versions', 'versionBytes'] as const)
      this.totals[key] += status[key];
    this.endings.push({ ...FINE, damage: status.damage !== null });
    if (status.damage !== null) this.alarms.push(`${source}/${repo}: ${status.damage}`);
  }
}

const FINE: Ending = { failure: null, interrupted: false, damage: false, partial: false };

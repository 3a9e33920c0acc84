import { openEngine } from '../work/open-engine.js';
import type { Finding, KeepError } from '@sessionkeep/core';
import {
  type Engine,
  type LoadedConfig,
  type Location,
  locationText,
  openConfig,
  selectSources,
  selectTargets,
  type SelectedSource,
  type SelectedTarget,
} from '@sessionkeep/runner';
import { EXIT, type ExitCode, plural } from '@sessionkeep/runner/program';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Result } from 'neverthrow';
import { err, ok } from 'neverthrow';
import type { Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { KeptBeside } from '../doctor/kept-beside.js';
import { examineLocation } from '../doctor/examine-location.js';
import { findingLines } from '../doctor/finding-lines.js';
import { configFinding } from '../doctor/secret-findings.js';
import { DataOutput } from '../output/data-output.js';
import { openOutput } from '../output/open-output.js';
import { refuse } from '../work/finish.js';

/** `sessionkeep doctor`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const config = await openConfig(choiceOf(args), context);
  if (config.isErr()) return refuse(args, output, config.error);
  const patients = choosePatients(args, config.value, context);
  if (patients.isErr()) return refuse(args, output, [patients.error]);
  const engine = await openEngine(context, output);
  const data = new DataOutput(context.out, { json: args.flags.has('json'), columns: [] });
  const kept = new KeptBeside({
    targets: archivesToAsk(args, config.value, patients.value, context),
    ...{ choice: choiceOf(args), config: config.value, context, engine },
  });
  const counts = { fine: 0, odd: 0, failed: 0 };
  for (const [at, patient] of patients.value.entries()) {
    if (engine.signal.aborted) break;
    if (at > 0) await data.line('');
    const findings = findingsOf(patient, kept, engine, context);
    for (const outcome of await tell(patient, findings, data, engine, context)) counts[outcome]++;
  }
  await kept.close();
  await engine.pods.close();
  const { failed } = counts;
  const code = engine.signal.aborted ? EXIT.interrupted : failed > 0 ? EXIT.unreachable : EXIT.done;
  await data.line('');
  if (code === EXIT.interrupted) await data.line('Interrupted.');
  else await data.line(failed > 0 ? `${plural(failed, 'step')} failed.` : allWorks(counts.odd));
  await data.end();
  output.finish({ command: 'doctor', exitCode: code, ...counts, alarms: [], errors: [] }, []);
  return code;
}

function allWorks(odd: number): string {
  return odd === 0
    ? 'All of it works.'
    : `All of it works; ${plural(odd, 'thing')} ${odd === 1 ? 'is' : 'are'} odd.`;
}

/** What is looked at: the configuration, a target, by writing there too, or a source. */
type Patient =
  | { readonly kind: 'config'; readonly name: string; readonly path: string }
  | { readonly kind: 'target'; readonly name: string; readonly target: SelectedTarget }
  | { readonly kind: 'source'; readonly name: string; readonly source: SelectedSource };

/** Who names a target is told of targets, and who names a source of sources; who names nothing of all there is. */
function choosePatients(
  args: Args,
  config: LoadedConfig | null,
  context: Context,
): Result<readonly Patient[], KeepError> {
  const asksFor = {
    target: args.values.has('to'),
    source: args.values.has('from') || args.values.has('source'),
  };
  const isAll = !(asksFor.target || asksFor.source);
  const targets = asksFor.target || isAll ? selectTargets(choiceOf(args), config, context) : ok([]);
  const sources = asksFor.source || isAll ? selectSources(choiceOf(args), config, context) : ok([]);
  if (targets.isErr()) return err(targets.error);
  const own: Patient[] =
    isAll && config !== null
      ? [{ kind: 'config', name: config.shown, path: join(config.folder, basename(config.shown)) }]
      : [];
  return sources.map((all) => [
    ...own,
    ...targets.value.map((target) => ({ kind: 'target' as const, name: target.name, target })),
    ...all.map((source) => ({ kind: 'source' as const, name: source.name, source })),
  ]);
}

/** The archives that are asked what they have of the sources: those that are looked at, else those there are. */
function archivesToAsk(
  args: Args,
  config: LoadedConfig | null,
  patients: readonly Patient[],
  context: Context,
): readonly SelectedTarget[] {
  const looked = patients.flatMap((patient) => (patient.kind === 'target' ? [patient.target] : []));
  if (looked.length > 0 || !patients.some(({ kind }) => kind === 'source')) return looked;
  const usual = selectTargets(choiceOf(args), config, context).unwrapOr([]);
  // Where nobody said where backups land, the usual folder counts only if it is there.
  return usual.filter(
    ({ location }) => config !== null || location.type !== 'local' || existsSync(location.path),
  );
}

/** Steps that no other needs. */
const LAST_STEPS: ReadonlySet<Finding['step']> = new Set([
  'delete',
  'owner',
  'files',
  'unsaved',
  'retention',
]);

async function* findingsOf(
  patient: Patient,
  kept: KeptBeside,
  { passwords, pods, signal }: Engine,
  { now }: Context,
): AsyncIterable<Finding> {
  if (patient.kind === 'config') {
    const finding = configFinding(patient.path);
    if (finding !== null) yield finding;
    return;
  }
  const location = locationOf(patient);
  const mode = patient.kind === 'target' ? 'write' : 'look';
  let isThere = true;
  for await (const finding of examineLocation(location, { mode, now, passwords, pods, signal })) {
    isThere &&= finding.outcome !== 'failed' || LAST_STEPS.has(finding.step);
    if (patient.kind === 'target') kept.learn(patient.name, finding);
    yield finding;
  }
  if (patient.kind === 'source' && isThere && !signal.aborted) yield* kept.examine(patient.source);
}

function locationOf(patient: Exclude<Patient, { readonly kind: 'config' }>): Location {
  return patient.kind === 'target' ? patient.target.location : patient.source.location;
}

/** Answers with what came of each step. */
async function tell(
  patient: Patient,
  findings: AsyncIterable<Finding>,
  data: DataOutput,
  { signal }: Engine,
  { stdout }: Context,
): Promise<Finding['outcome'][]> {
  const { kind, name } = patient;
  const where = patient.kind === 'config' ? patient.path : locationText(locationOf(patient));
  const outcomes: Finding['outcome'][] = [];
  const look = { width: stdout.columns(), styles: stdout.styles };
  await data.line(stdout.styles.bold(name === where ? `${kind} ${where}` : `${kind} ${name}: ${where}`));
  let last: Finding | null = null;
  for await (const finding of findings) {
    // A step that was interrupted says nothing of the place.
    if (signal.aborted) return outcomes;
    last = finding;
    outcomes.push(finding.outcome);
    for (const line of findingLines(finding, look)) await data.line(line);
    await data.object({ type: 'finding', kind, name, location: where, ...finding });
    // A step may last: what is known is shown.
    await data.end();
  }
  if (last?.outcome === 'failed' && !LAST_STEPS.has(last.step))
    await data.line('  What comes after this needs it, and was not tried.');
  return outcomes;
}

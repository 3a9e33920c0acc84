import { openEngine } from '../work/open-engine.js';
import type { Finding, KeepError } from '@sessionkeep/core';
import {
  type Engine,
  EXIT,
  type ExitCode,
  type LoadedConfig,
  type Location,
  locationText,
  openConfig,
  plural,
  selectSources,
  selectTargets,
} from '@sessionkeep/runner';
import type { Result } from 'neverthrow';
import { err, ok } from 'neverthrow';
import type { Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { examineLocation } from '../doctor/examine-location.js';
import { findingLines } from '../doctor/finding-lines.js';
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
  const counts = { fine: 0, odd: 0, failed: 0 };
  for (const [at, patient] of patients.value.entries()) {
    if (engine.signal.aborted) break;
    if (at > 0) await data.line('');
    for (const outcome of await examine(patient, data, engine, context)) counts[outcome]++;
  }
  await engine.pods.close();
  const { failed } = counts;
  const code = engine.signal.aborted ? EXIT.interrupted : failed > 0 ? EXIT.unreachable : EXIT.done;
  await data.line('');
  if (code === EXIT.interrupted) await data.line('Interrupted.');
  else await data.line(failed > 0 ? `${plural(failed, 'step')} failed.` : 'All of it works.');
  await data.end();
  output.finish({ command: 'doctor', exitCode: code, ...counts, alarms: [], errors: [] }, []);
  return code;
}

/** What is looked at: a target, by writing there too, or a source. */
interface Patient {
  readonly kind: 'target' | 'source';
  readonly name: string;
  readonly location: Location;
}

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
  const isWanted = (kind: Patient['kind']): boolean => asksFor[kind] || !(asksFor.target || asksFor.source);
  const targets = isWanted('target') ? selectTargets(choiceOf(args), config, context) : ok([]);
  const sources = isWanted('source') ? selectSources(choiceOf(args), config, context) : ok([]);
  if (targets.isErr()) return err(targets.error);
  return sources.map((all) => [
    ...targets.value.map(({ name, location }) => ({ kind: 'target' as const, name, location })),
    ...all.map(({ name, location }) => ({ kind: 'source' as const, name, location })),
  ]);
}

/** Answers with what came of each step. */
async function examine(
  { kind, name, location }: Patient,
  data: DataOutput,
  { passwords, pods, signal }: Engine,
  { stdout, now }: Context,
): Promise<Finding['outcome'][]> {
  const where = locationText(location);
  const outcomes: Finding['outcome'][] = [];
  const look = { width: stdout.columns(), styles: stdout.styles };
  await data.line(stdout.styles.bold(name === where ? `${kind} ${where}` : `${kind} ${name}: ${where}`));
  const mode = kind === 'target' ? 'write' : 'look';
  let last: Finding | null = null;
  for await (const finding of examineLocation(location, { mode, now, passwords, pods, signal })) {
    // A step that was interrupted says nothing of the place.
    if (signal.aborted) return outcomes;
    last = finding;
    outcomes.push(finding.outcome);
    for (const line of findingLines(finding, look)) await data.line(line);
    await data.object({ type: 'finding', kind, name, location: where, ...finding });
    // A step may last: what is known is shown.
    await data.end();
  }
  if (last?.outcome === 'failed' && last.step !== 'delete')
    await data.line('  What comes after this needs it, and was not tried.');
  return outcomes;
}

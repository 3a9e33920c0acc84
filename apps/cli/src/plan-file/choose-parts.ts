import { keepError, printable, type KeepError } from '@sessionkeep/core';
import { failureOf, isOf, type SelectedTarget, wants, type Work } from '@sessionkeep/runner';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { planTarget } from './plan-target.js';
import type { PlanFile, PlanPart } from './read-plan.js';

/** The parts of a plan that this command line means, by their target; each target is one that the user named. */
export interface ChosenParts {
  readonly byTarget: ReadonlyMap<SelectedTarget, readonly PlanPart[]>;
  /** How many parts `--to`, `--source` and `--repo` leave out. */
  readonly leftOut: number;
}

/**
 * Finds what a plan's parts are about among what the command line and the configuration name: never does a plan itself say
 * where anything is read or written. `--to`, `--source` and `--repo` pick some of its parts, which stand for themselves.
 */
export function chooseParts(
  { parts, shown }: PlanFile,
  work: Work,
  { values }: Args,
): Result<ChosenParts, readonly KeepError[]> {
  const byTarget = new Map<SelectedTarget, PlanPart[]>();
  const errors: KeepError[] = [];
  const picks = (option: 'to' | 'source' | 'repo'): boolean =>
    values.has(option) && values.get(option) !== 'all';
  let leftOut = 0;
  let away = 0;
  for (const part of parts) {
    const { section } = part;
    const target = work.targets.find((one) => planTarget(one, work.config) === section.target);
    const source = work.sources.find(({ name }) => name === section.source);
    const repo = source !== undefined && wants(source, section.repo);
    if (target !== undefined && repo) {
      const chosen = byTarget.get(target) ?? [];
      byTarget.set(target, chosen);
      chosen.push(part);
    } else if (target === undefined && !picks('to')) errors.push(unknownTarget(part, shown));
    else if (work.failed.some((one) => isOf(one, section.source, work.config))) away++;
    else if (target !== undefined && source === undefined && !picks('source'))
      errors.push(unknownSource(part, shown));
    else leftOut++;
  }
  if (errors.length > 0) return err(distinct(errors));
  if (byTarget.size === 0 && away > 0) return err(work.failed.map(failureOf));
  if (byTarget.size === 0 && parts.length > 0) return err([nothingChosen(parts, shown)]);
  return ok({ byTarget, leftOut });
}

function unknownTarget({ section }: PlanPart, shown: string): KeepError {
  const name = printable(section.target);
  const hint = `if that is where it shall go, say so: --to ${name}`;
  return usage(`${shown} is a plan for the archive ${name}, and this run is not`, hint);
}

function unknownSource({ section }: PlanPart, shown: string): KeepError {
  const name = printable(section.source);
  const hint = `name it: --source ${name}, or give the configuration that has it with --config`;
  return usage(`${shown} is a plan for the source "${name}", and this run is not`, hint);
}

function nothingChosen(parts: readonly PlanPart[], shown: string): KeepError {
  const has = parts.map(({ section: { target, source, repo } }) => `${source}/${repo} to ${target}`);
  return usage(
    `${shown} has nothing of what was chosen`,
    `it has ${printable([...new Set(has)].slice(0, 5).join(', '))}${has.length > 5 ? ', …' : ''}`,
  );
}

function distinct(errors: readonly KeepError[]): KeepError[] {
  return [...new Map(errors.map((error) => [error.message, error])).values()];
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'choose from plan', message, { hint });
}

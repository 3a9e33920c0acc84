import { keepError, type KeepError } from '@sessionkeep/core';
import { type Engine, liesIn, type LocalFolder, locationText, type Work } from '@sessionkeep/runner';
import { resolvePath } from '@sessionkeep/runner/program';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { PlanFileWriter } from './write-plan.js';

/** Begins the file that `--out` names: none of those that the plan is about. Null where the plan is only shown. */
export function openPlanOut(
  { values }: Args,
  work: Work,
  { holder, sha256 }: Engine,
  { cwd, home, version, now }: Context,
): Result<PlanFileWriter | null, KeepError> {
  const shown = values.get('out');
  if (shown === undefined) return ok(null);
  const path = resolvePath(shown, cwd, home);
  const place = placeAround({ type: 'local', path }, work);
  if (place !== null) {
    const hint = 'choose a folder outside of it';
    return err(keepError('usage', 'write plan', `${shown} lies inside ${place}`, { path, hint }));
  }
  return PlanFileWriter.open(path, { shown, version, run: holder.run, now: now(), sha256 });
}

function placeAround(file: LocalFolder, { sources, targets }: Work): string | null {
  const target = targets.find(({ location }) => liesIn(file, location));
  if (target !== undefined) return `the archive ${locationText(target.location)}`;
  const source = sources.find(({ location }) => liesIn(file, location));
  return source === undefined ? null : `the source ${locationText(source.location)}`;
}

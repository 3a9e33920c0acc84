import { keepError, type Answer, type KeepError } from '@sessionkeep/core';
import { listRepos, readBinding, type Archive } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import { foldName, nameProblem } from './name-problem.js';

/** The sources that an archive has records of, each with the origins that it was written from. */
export type KeptSources = ReadonlyMap<string, ReadonlySet<string>>;

export async function keptSources(archive: Archive): Answer<KeptSources> {
  const places = await listRepos(archive);
  if (places.isErr()) return err(places.error);
  const kept = new Map<string, Set<string>>();
  for (const place of places.value) {
    const origins = kept.get(place.source) ?? new Set();
    kept.set(place.source, origins);
    const binding = await readBinding(archive, place);
    if (binding.isErr()) return err(binding.error);
    if (binding.value !== null && binding.value.origin !== '') origins.add(binding.value.origin);
  }
  return ok(kept);
}

/** The name under which the archive has this origin; else `usual`, with a number where somebody else has it. */
export function suggestName(
  usual: string,
  origin: string,
  kept: KeptSources,
  taken: readonly string[],
): string {
  for (const [name, origins] of kept) if (origins.has(origin) && !taken.includes(name)) return name;
  for (let number = 1; ; number++) {
    const name = number === 1 ? usual : `${usual}-${number.toString()}`;
    if (sourceNameProblem(name, origin, kept, taken) === null) return name;
  }
}

/** Why a source cannot have this name, or null. */
export function sourceNameProblem(
  name: string,
  origin: string,
  kept: KeptSources,
  taken: readonly string[],
): string | null {
  const problem = nameProblem(name, taken);
  if (problem !== null) return problem;
  const others = [...kept].filter(([other]) => foldName(other) === foldName(name));
  return others.some(([, origins]) => origins.size > 0 && !origins.has(origin))
    ? 'the archive has this name from another machine or folder'
    : null;
}

/** A name that was given on the command line, if the source can have it. */
export function checkedName(
  name: string,
  origin: string,
  kept: KeptSources,
  taken: readonly string[],
): Result<string, KeepError> {
  const problem = sourceNameProblem(name, origin, kept, taken);
  return problem === null
    ? ok(name)
    : err(
        keepError('usage', 'name source', `the source cannot be called "${name}": ${problem}`, {
          hint: 'choose another --source NAME',
        }),
      );
}

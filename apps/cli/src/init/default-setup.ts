import { keepError, type Answer, type KeepError } from '@sessionkeep/core';
import { type ArchiveLocation, locationText } from '@sessionkeep/runner';
import { err, ok } from 'neverthrow';
import type { Archive } from '@sessionkeep/transfer';
import { adoptableSource } from './adoptable-source.js';
import { checkedName, keptSources, suggestName } from './kept-sources.js';
import type { FoundSource } from './look-at-source.js';
import { nameTarget, type Setup, type SetupSource } from './setup.js';
import { sourceFacts } from './source-facts.js';
import { targetProblem } from './target-problem.js';

/** What the command line, or the machine, says already. */
export interface SetupWish {
  readonly found: readonly FoundSource[];
  /** `--source`: the name of the first one. */
  readonly sourceName: string | null;
  /** What a source is called if nobody says otherwise. */
  readonly usualName: string;
  /** Absolute. */
  readonly config: string;
  /** Opens what is there as an archive, without making one. Whoever opened it closes its target. */
  readonly openArchive: (location: ArchiveLocation) => Answer<Archive>;
}

/** The set-up that asks nothing: every source that was found, all of its projects, to this folder or share. */
export async function defaultSetup(wish: SetupWish, target: ArchiveLocation): Answer<Setup> {
  const refused = refuseTarget(target, wish.found);
  if (refused !== null) return err(refused);
  const archive = await wish.openArchive(target);
  if (archive.isErr()) return err(archive.error);
  const sources = await defaultSources(wish, archive.value);
  await archive.value.target.close();
  return sources.map((all) => ({
    sources: all,
    target: { name: nameTarget(target), location: target },
    config: wish.config,
  }));
}

async function defaultSources(
  { found, sourceName, usualName }: SetupWish,
  archive: Archive,
): Answer<readonly SetupSource[]> {
  const kept = await keptSources(archive);
  if (kept.isErr()) return err(kept.error);
  const sources: SetupSource[] = [];
  for (const one of found) {
    const facts = sourceFacts(one, archive);
    if (facts.isErr()) return err(facts.error);
    const { origin, path } = facts.value;
    const taken = sources.map(({ name }) => name);
    const usual = sourceName ?? (await adoptableSource(archive.target, one, kept.value)) ?? usualName;
    const name =
      sourceName !== null && taken.length === 0
        ? checkedName(sourceName, origin, kept.value, taken)
        : ok(suggestName(usual, origin, kept.value, taken));
    if (name.isErr()) return err(name.error);
    const repos = await facts.value.repos(name.value);
    if (repos.isErr()) return err(repos.error);
    sources.push({
      name: name.value,
      path,
      repos: 'auto',
      // They hold more than sessions, every prompt that was ever typed among it: only who asks for them gets them.
      extras: [],
      today: repos.value.map(({ repo }) => repo.name),
    });
  }
  return ok(sources);
}

/** What to say of a target that cannot hold an archive of these sources. */
export function refuseTarget(location: ArchiveLocation, sources: readonly FoundSource[]): KeepError | null {
  const problem = targetProblem(
    location,
    sources.map((source) => source.path),
  );
  return problem === null
    ? null
    : keepError('usage', 'choose target', `${locationText(location)} ${problem}`, {
        hint: 'choose another folder with --to DIR',
      });
}

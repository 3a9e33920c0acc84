import {
  closeAsked,
  findAsked,
  isInShard,
  lookAtArchive,
  openTarget,
  unsavedOfAll,
  type Asked,
  type Choice,
  type Engine,
  type SelectedTarget,
  type Shard,
  type SourceStanding,
  type Work,
  type World,
} from '@sessionkeep/runner';
import type { SourceFacts } from '../run-facts.js';

/** What is looked at. */
export interface Sources {
  readonly choice: Choice;
  readonly work: Work;
  readonly engine: Engine;
  readonly world: World;
  /** Those that could not be gone to. */
  readonly away: readonly string[];
  readonly shard: Shard | null;
  /** False: the sources are not asked what no backup has kept yet. */
  readonly ask: boolean;
}

/** How the sources of a run stand at its end, for each target. Who cannot be asked any more is not waited for. */
export async function sourceFacts(about: Sources): Promise<readonly SourceFacts[]> {
  const { choice, work, engine, world, ask } = about;
  const asked = ask && !world.signal.aborted ? await findAsked(choice, work.config, world, engine) : null;
  if (asked?.isOk() !== true) return work.targets.flatMap((target) => factsOf(about, target, []));
  const facts: SourceFacts[] = [];
  for (const target of work.targets)
    facts.push(...factsOf(about, target, await standings(about, target, asked.value)));
  await closeAsked(asked.value);
  return facts;
}

async function standings(
  { choice, work, engine, world }: Sources,
  target: SelectedTarget,
  asked: Asked,
): Promise<readonly SourceStanding[]> {
  const archive = await openTarget(engine, target, { create: false });
  if (archive.isErr()) return [];
  const { config } = work;
  const look = { archive: archive.value, asked, choice, config, now: world.now(), signal: engine.signal };
  const found = archive.value.id === null ? null : await lookAtArchive(look);
  await archive.value.target.close();
  return found?.unwrapOr([]) ?? [];
}

function factsOf(
  { work, world, engine, away, shard }: Sources,
  { name: target }: SelectedTarget,
  standings: readonly SourceStanding[],
): SourceFacts[] {
  const isOurs = (repo: SourceStanding['repos'][number]): boolean =>
    shard === null || isInShard(repo, shard, engine.sha256);
  const there = work.sources.map(({ name }) => name);
  return [...new Set([...there, ...away])].map((source) => {
    const reachable = !away.includes(source);
    const standing = standings.find((one) => one.source === source && one.silent === null);
    const unsaved = standing === undefined ? null : unsavedOfAll(standing.repos.filter(isOurs));
    const since = unsaved?.since ?? null;
    const age = since === null ? 0 : Math.max(0, world.now() - Number(since / 1_000_000n));
    return { target, source, reachable, oldestUnsavedAge: unsaved === null ? null : age };
  });
}

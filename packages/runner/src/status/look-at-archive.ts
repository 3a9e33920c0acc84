import { comparePaths, NO_AGES, NOTHING_UNSAVED, type Answer, type KeepError } from '@sessionkeep/core';
import {
  listRepos,
  META,
  repoStatus,
  unsavedOf,
  type Archive,
  type AskedSource,
  type Place,
  type SourceAnswer,
} from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import type { Choice } from '../choice.js';
import type { LoadedConfig } from '../config/load-config.js';
import { locationText } from '../location/location.js';
import { runPool } from '../work/run-pool.js';
import { selectPlaces } from '../select/select-places.js';
import { findJobs, type Job } from '../work/find-jobs.js';
import type { OpenSource } from '../work/open-source.js';
import { namedSources, type Asked } from './find-asked.js';
import { unsavedOfAll, type RepoStanding, type SourceStanding } from './standing.js';

/** Each holds one repo's ledger. */
const REPOS_AT_ONCE = 2;

/** What is looked at. */
export interface Look {
  readonly archive: Archive;
  readonly asked: Asked;
  readonly choice: Choice;
  readonly config: LoadedConfig | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** How the repos of an archive stand, and what their sources have beside them, by source. Nothing is written. */
export async function lookAtArchive(look: Look): Answer<readonly SourceStanding[]> {
  const { archive, asked, choice, config } = look;
  const all = await listRepos(archive);
  if (all.isErr()) return err(all.error);
  const sources = await namedSources(asked, archive, choice.from !== undefined);
  if (sources.isErr()) return err(sources.error);
  const found = await findAtSources(sources.value, archive);
  const places = selectPlaces(all.value, choice, config);
  // What was chosen by name may be at a source only, or nowhere yet.
  if (places.isErr() && all.value.length > 0 && found.jobs.length === 0) return err(places.error);
  const chosen = places.unwrapOr([]);
  const timeStep = (await archive.target.probe(META, 'look')).map((rules) => rules.timeStep).unwrapOr(1n);
  const askAbout = (job: Job): AskedSource => ({
    transport: job.source.transport,
    repo: job.repo,
    filter: job.filter,
    origin: job.source.origin,
    now: look.now,
    timeStep,
    signal: look.signal,
  });
  const kept = await runPool(chosen, REPOS_AT_ONCE, (place) => {
    const source = found.answering.find(({ selected }) => selected.name === place.source);
    const job = found.jobs.find((one) => isSame(one.place, place));
    return standingOf(look, place, source, job && askAbout(job));
  });
  const beside = found.jobs.filter(
    ({ place }) => !all.value.some((other) => isSame(other, place)) && !isForeign(place.source, kept),
  );
  const fresh = await runPool(beside, REPOS_AT_ONCE, (job) => neverKept(job, askAbout(job)));
  const standings = [...kept, ...fresh.filter((standing) => standing !== null)];
  return ok(bySource(standings, found.silent, asked, sources.value));
}

interface AtSources {
  readonly jobs: readonly Job[];
  /** The sources that said which repos they have. */
  readonly answering: readonly OpenSource[];
  readonly silent: ReadonlyMap<string, string>;
}

async function findAtSources(sources: readonly OpenSource[], archive: Archive): Promise<AtSources> {
  const jobs: Job[] = [];
  const answering: OpenSource[] = [];
  const silent = new Map<string, string>();
  for (const source of sources) {
    const found = await findJobs([source], archive);
    if (found.isOk()) jobs.push(...found.value);
    // That the wanted repo is not there is an answer too.
    if (found.isOk() || found.error.kind === 'usage') answering.push(source);
    else silent.set(source.selected.name, found.error.message);
  }
  return { jobs, answering, silent };
}

async function standingOf(
  { archive, signal }: Look,
  place: Place,
  source: OpenSource | undefined,
  asked: AskedSource | undefined,
): Promise<RepoStanding> {
  const status = signal.aborted ? err(aborted) : await repoStatus(archive, place, asked);
  if (status.isErr())
    return { ...place, status: null, failure: status.error, atSource: { asked: false, why: 'nobody' } };
  const { origin, atSource } = status.value;
  const here = (origin ?? '') === '' || origin === source?.origin;
  // Its source was asked which repos it has, and this one was not among them.
  const gone = source !== undefined && asked === undefined;
  const answer: SourceAnswer = !gone
    ? atSource
    : here
      ? { asked: true, files: 0, refused: 0, unreadable: 0, unsaved: NOTHING_UNSAVED, ages: NO_AGES }
      : { asked: false, why: 'elsewhere' };
  return { ...place, status: status.value, failure: null, atSource: answer };
}

/** A repo that only the source has; null when there is no file in it. */
async function neverKept({ place }: Job, asked: AskedSource): Promise<RepoStanding | null> {
  const found = await unsavedOf(asked, new Map(), null);
  if (found.isErr()) {
    const { error } = found;
    const failure = error.kind === 'aborted' ? error : null;
    return { ...place, status: null, failure, atSource: { asked: false, why: 'failed', error } };
  }
  const { files, unreadable } = found.value;
  if (files + unreadable === 0) return null;
  return { ...place, status: null, failure: null, atSource: { asked: true, ...found.value } };
}

/** True when all that is kept of a source came from elsewhere: what is here is another one of that name. */
function isForeign(source: string, kept: readonly RepoStanding[]): boolean {
  const own = kept.filter((standing) => standing.source === source && standing.status !== null);
  return own.length > 0 && own.every(({ atSource }) => !atSource.asked && atSource.why === 'elsewhere');
}

function bySource(
  standings: readonly RepoStanding[],
  silent: AtSources['silent'],
  asked: Asked,
  sources: readonly OpenSource[],
): readonly SourceStanding[] {
  const groups = Map.groupBy(standings, ({ source }) => source);
  for (const source of asked.silent.keys()) if (!groups.has(source)) groups.set(source, []);
  return [...groups]
    .sort(([a], [b]) => comparePaths(a, b))
    .map(([source, group]) => {
      const repos = group.toSorted((a, b) => comparePaths(a.repo, b.repo));
      const location = sources.find(({ selected }) => selected.name === source)?.selected.location;
      const known = silent.get(source) ?? asked.silent.get(source);
      const why =
        known ?? (location === undefined ? asked.otherwise(source) : silence(repos, locationText(location)));
      const gone = asked.isGone(source);
      return { source, silent: why, gone, unsaved: why === null ? unsavedOfAll(repos) : null, repos };
    });
}

/** Why what a source said is not to be believed, or null. */
function silence(repos: readonly RepoStanding[], where: string): string | null {
  const answers = repos.flatMap(({ atSource, failure }) => (failure === null ? [atSource] : []));
  if (answers.length > 0 && answers.every((answer) => !answer.asked && answer.why === 'elsewhere'))
    return 'it was kept from another machine or folder';
  const asked = answers.filter((answer) => answer.asked);
  // An unmounted home looks like one in which everything was deleted.
  return asked.length > 0 && asked.every(({ files, unreadable }) => files + unreadable === 0)
    ? `nothing of it is in ${where}`
    : null;
}

function isSame(a: Place, b: Place): boolean {
  return a.source === b.source && a.repo === b.repo;
}

const aborted: KeepError = { kind: 'aborted', operation: 'status', message: 'interrupted', retry: false };

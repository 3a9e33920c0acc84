import {
  keepError,
  LedgerState,
  type Aside,
  type Answer,
  type KeepFilter,
  type LedgerHead,
  type Line,
  type LiveRecord,
  type RelativePath,
  type Repo,
  type SampleWindow,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths, type RepoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import type { Listener } from '../events.js';
import { readHistory, type HistoryReading } from '../history/read-history.js';
import { cutRunList, expectedHeads } from '../ledger/expected-heads.js';
import { readRuns } from '../ledger/read-runs.js';
import type { VerifyReport } from '../report.js';
import { checkArchive } from './check-archive.js';
import { checkSource } from './check-source.js';
import { Verdicts } from './verdicts.js';

/** What {@link verifyRepo} is told. */
export interface VerifyOptions {
  /** Null when the source cannot be reached from here: then only the archive is verified. */
  readonly source: Transport | null;
  readonly archive: Archive;
  readonly place: Place;
  readonly repo: Repo | null;
  readonly filter: KeepFilter;
  /** Read every kept byte back, versions too. */
  readonly deep?: boolean;
  /** Read back what this window has of it. What is kept of a path, old versions too, is read together. */
  readonly sample?: SampleWindow;
  readonly signal?: AbortSignal;
  readonly onEvent?: Listener;
  /** How many files at once; what the traits of source and target say. */
  readonly lanes?: number;
}

export interface VerifyContext extends VerifyOptions {
  readonly paths: RepoPaths;
  readonly verdicts: Verdicts;
}

/** A version, and the path that it was first put aside from. */
interface KeptAside extends Aside {
  readonly path: RelativePath;
}

/** What a ledger says today, and what was put aside over all time. */
export interface KnownFiles {
  readonly records: ReadonlyMap<string, LiveRecord>;
  /** By sha256: what must lie in `versions/`. */
  readonly asides: ReadonlyMap<string, KeptAside>;
}

/**
 * Verifies one repo: the ledger's chain, the archive's files by size (with `deep` or `sample` by their bytes), and the source by
 * digest. Needs no lease and writes nothing; a ledger that moved on meanwhile is read again before anything is called damage.
 *
 * @example
 * // Every kept byte is read back; the source is somewhere else.
 * const report = await verifyRepo({ source: null, repo: null, archive, place, filter: keepFilter(), deep: true });
 * console.log(report.alarms, report.counts.missing, report.counts.corrupt);
 */
export async function verifyRepo(options: VerifyOptions): Promise<VerifyReport> {
  const verdicts = new Verdicts(options.place, options.onEvent ?? (() => undefined));
  const context: VerifyContext = { ...options, paths: repoPaths(options.place), verdicts };
  const done = await verify(context);
  if (done.isErr()) verdicts.fail(done.error);
  if (options.signal?.aborted === true) verdicts.fail(keepError('aborted', 'verify', 'interrupted'));
  return verdicts.report(options.source !== null);
}

async function verify(context: VerifyContext): Answer<void> {
  const { verdicts, paths, archive } = context;
  const first = await readKnown(context);
  if (first.isErr()) return err(first.error);
  let known = first.value;
  if (known.history.alarms.length > 0) {
    const again = await readKnown(context);
    if (again.isErr()) return err(again.error);
    known = again.value;
  }
  // A repo that had no files yet has runs and no ledger.
  if (known.history.segments === 0 && !known.ran) return err(noLedger(context));
  for (const alarm of known.history.alarms) verdicts.alarm(alarm);
  for (const note of known.history.notes) verdicts.note(note);
  if (known.history.later !== null) return err(known.history.later);
  const runs = await readRuns({ target: archive.target, paths, sha256: archive.sha256 }, () => undefined);
  if (runs.isErr()) return err(runs.error);
  if (runs.value !== null) verdicts.alarm(runs.value);
  else judgeRunList(known, verdicts);
  const checked = await checkArchive(context, known);
  if (checked.isErr()) return checked;
  const compared = context.source === null ? ok(undefined) : await checkSource(context, known);
  if (compared.isErr()) return compared;
  if (verdicts.damage) {
    const again = await readKnown(context);
    if (again.isErr()) return err(again.error);
    const { records } = again.value;
    verdicts.pardon((path) => records.get(path)?.sha256 !== known.records.get(path)?.sha256);
  }
  verdicts.settle(known.records);
  return ok(undefined);
}

interface Known extends KnownFiles {
  readonly history: HistoryReading;
  readonly heads: Heads;
  /** Some run is known to have been here. */
  readonly ran: boolean;
}

/** How far the ledger must reach: by the run list, and by what this machine remembers. */
interface Heads {
  readonly last: LedgerHead | null;
  readonly remembered: LedgerHead | null;
}

/** Whether the run list reaches as far as the ledger. A run that was killed leaves lines in the ledger and none here. */
function judgeRunList({ history, heads: { last, remembered } }: Known, verdicts: Verdicts): void {
  // Where the ledger was rolled back with it, that is said already.
  if (history.alarms.length > 0) return;
  const cut = cutRunList(last, remembered);
  const behind =
    last === null ? history.segments > 0 : history.newest > last.segment || history.newestSize > last.size;
  if (cut !== null) verdicts.alarm(cut);
  else if (behind)
    verdicts.note(
      'the ledger goes on behind the last run recorded: a run is under way or was killed, or runs.log was cut off',
    );
}

async function readKnown(context: VerifyContext): Answer<Known> {
  const { archive, paths, place, signal } = context;
  const state = new LedgerState();
  const asides = new Map<string, KeptAside>();
  const onLine = (line: Line, extra?: Record<string, unknown>): string | null => {
    const problem = state.apply(line, extra);
    if (problem === null && line.kind === 'aside' && !line.lost) {
      const { path, size, sha256 } = line;
      if (!asides.has(sha256)) asides.set(sha256, { path, size, sha256, lost: false });
    }
    return problem;
  };
  const heads = await headsOf(context);
  if (heads.isErr()) return err(heads.error);
  const expected = expectedHeads(heads.value.last, heads.value.remembered);
  const history = await readHistory({
    target: archive.target,
    paths,
    place,
    archive: archive.id ?? '',
    sha256: archive.sha256,
    onLine,
    expected,
    ...(signal && { signal }),
  });
  const ran = expected.length > 0;
  return history.map((reading) => ({
    history: reading,
    records: state.records,
    asides,
    heads: heads.value,
    ran,
  }));
}

async function headsOf({ archive, place, paths }: VerifyContext): Answer<Heads> {
  const { memory, sha256 } = archive;
  const remembered = await memory.head(archive.id ?? '', place);
  const reached: { last: LedgerHead | null } = { last: null };
  const runs = await readRuns(
    { target: archive.target, paths, sha256 },
    (run) => (reached.last = run.ledger),
  );
  if (runs.isErr()) return err(runs.error);
  return ok({ last: reached.last, remembered });
}

function noLedger({ place, archive }: VerifyContext): ReturnType<typeof keepError> {
  const text = `nothing of source "${place.source}", repo "${place.repo}" was kept in ${archive.target.name} yet`;
  return keepError('not-found', 'verify', text, { hint: 'run `sessionkeep backup` first' });
}

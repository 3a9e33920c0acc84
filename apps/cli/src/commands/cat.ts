import {
  fileMatcher,
  keepError,
  printable,
  type Answer,
  type FileAsOf,
  type KeepError,
} from '@sessionkeep/core';
import { EXIT, type ExitCode, formatCount, plural, WRITE_OUTPUT } from '@sessionkeep/runner/program';
import { listFiles, openFileAt, type Archive, type OpenedFile, type Place } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import type { Args } from '../args/args.js';
import { readMoment } from '../args/read-moment.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import type { Sink } from '../render/sink.js';
import { noSuchFile } from '../select/no-such-file.js';
import { selectFiles, type WantedFiles } from '../select/select-files.js';
import { Findings } from '../work/findings.js';
import { refuse } from '../work/finish.js';
import { withPlaces } from '../work/with-places.js';

/** `sessionkeep cat`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const moment = readMoment(args, context.now());
  if (moment.isErr()) return refuse(args, output, [moment.error]);
  const at = moment.value;
  return withPlaces(args, context, output, async ({ archive, places, target }) => {
    const [operand = ''] = args.operands;
    const wanted = selectFiles(operand, places, target, context);
    if (wanted.isErr()) return refuse(args, output, [wanted.error]);
    const search: Search = { operand, wanted: wanted.value, at, archive, signal: context.signal };
    const found = await find(search);
    if (found.isErr()) return refuse(args, output, [found.error]);
    const { place, opened } = found.value;
    const findings = new Findings(output);
    findings.read(place, opened);
    const written = await write(opened, context.out);
    if (written.isErr() && written.error.operation === WRITE_OUTPUT) findings.stopped(written.error);
    else if (written.isErr()) findings.failed(place, written.error);
    else if (!written.value) return EXIT.done;
    return findings.finish(args, {});
  });
}

interface Search {
  readonly operand: string;
  readonly wanted: WantedFiles;
  readonly at: string | null;
  readonly archive: Archive;
  readonly signal: AbortSignal;
}

interface Opened {
  readonly place: Place;
  readonly opened: OpenedFile;
}

/** Opens the one file that is meant. */
async function find(search: Search): Answer<Opened> {
  const { places, files } = search.wanted;
  const [only] = places;
  if (only !== undefined && places.length === 1 && files !== null && 'path' in files) {
    // Spelled in full, as nearly always: one reading of the ledger is enough.
    const opened = await open(search, only, files.path);
    if (opened.isOk() || opened.error.kind !== 'not-found') return opened;
  }
  const chosen = await choose(search);
  return chosen.isErr() ? err(chosen.error) : open(search, chosen.value.place, chosen.value.file.record.path);
}

async function open({ archive, signal, at }: Search, place: Place, path: string): Answer<Opened> {
  const opened = await openFileAt({ archive, place, path, signal, ...(at !== null && { at }) });
  return opened.map((file) => ({ place, opened: file }));
}

interface Candidate {
  readonly place: Place;
  readonly file: FileAsOf;
}

/** The file that is named, or a session's own log: where several are, what the source still has comes first. */
async function choose(search: Search): Answer<Candidate> {
  const { operand, wanted, at, archive, signal } = search;
  const { places, files } = wanted;
  if (files === null) return err(isFolder(operand));
  const matches = fileMatcher(files);
  const found: Candidate[] = [];
  const alarms: string[] = [];
  let below = 0;
  for (const place of places) {
    const listing = await listFiles({ archive, place, files, signal, ...(at !== null && { at }) });
    if (listing.isErr()) return err(listing.error);
    alarms.push(...listing.value.alarms.map((alarm) => `${place.source}/${place.repo}: ${alarm}`));
    const layout = listing.value.binding?.layout ?? 'flat';
    const listed = [...listing.value.files];
    const own = listed.filter(({ record }) => matches(record, layout)?.itself === true);
    below += listed.length - own.length;
    found.push(...own.map((file) => ({ place, file })));
  }
  const living = found.filter(({ file }) => !file.record.gone);
  const meant = living.length > 0 ? living : found;
  const [first] = meant;
  if (first === undefined) {
    if (below > 0) return err(isFolder(operand));
    const [alarm] = alarms;
    if (alarm !== undefined) return err(lostTrack(operand, alarm));
    return err(await noSuchFile(operand, wanted, at, archive, signal));
  }
  return meant.length === 1 ? ok(first) : err(severalFiles(operand, meant));
}

function lostTrack(operand: string, alarm: string): KeepError {
  const text = `nothing is kept as ${printable(operand)}, as far as can be read: ${printable(alarm)}`;
  const hint = '`sessionkeep verify` says what is damaged; the files are plain, in source-…/repo-…';
  return keepError('damaged', 'cat', text, { hint });
}

function severalFiles(operand: string, meant: readonly Candidate[]): KeepError {
  const names = meant.map(({ place, file }) =>
    printable(`${place.source}/${place.repo}/${file.record.path}`),
  );
  const text = `${printable(operand)} means ${plural(names.length, 'file')}`;
  const hint = `name one: ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ', …' : ''}`;
  return keepError('usage', 'cat', text, { hint });
}

const SHOWN = 4;

function isFolder(operand: string): KeepError {
  const hint = '`sessionkeep ls PATH` shows the files in it';
  return keepError('usage', 'cat', `${printable(operand)} is no file, but a folder`, { hint });
}

/** Writes the bytes; false when nobody reads any more. */
async function write({ file, bytes }: OpenedFile, out: Sink): Answer<boolean> {
  let written = 0;
  for await (const chunk of bytes) {
    if (chunk.isErr()) return err(written === 0 ? chunk.error : warned(chunk.error, written, file));
    const sent = await out.send(chunk.value);
    if (sent.isErr() || !sent.value) return sent;
    written += chunk.value.length;
  }
  return ok(true);
}

/** An error that comes when bytes are out already: whoever has them must know what they are worth. */
function warned(error: KeepError, written: number, { record }: FileAsOf): KeepError {
  const all = written === record.size;
  const which = all ? 'all' : `only ${formatCount(written)}`;
  const worth = all ? 'do not rely on them' : 'it is not whole';
  const text = `${error.message}: ${which} of its ${plural(record.size, 'byte')} were written, and ${worth}`;
  return { ...error, message: text };
}

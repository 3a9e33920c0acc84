import { printable, type FileEvent, type FileSelector } from '@sessionkeep/core';
import { EXIT, type ExitCode, formatBytes, formatCount, plural } from '@sessionkeep/runner/program';
import { fileHistory, type FileHistory, type Place } from '@sessionkeep/transfer';
import { DataOutput, type DataColumn } from '../output/data-output.js';
import { localTime } from '../render/local-time.js';
import { noSuchFile } from '../select/no-such-file.js';
import { Findings } from '../work/findings.js';
import { refuse } from '../work/finish.js';
import type { Look } from './log-runs.js';

const COLUMNS: readonly DataColumn[] = [
  { title: 'when', align: 'left' },
  { title: 'what', align: 'left', least: 'restamped'.length },
  { title: 'size', align: 'right', least: '100.0 KB'.length },
  { title: 'added', align: 'right', least: '+100.0 KB'.length },
  { title: 'sha256', align: 'left' },
  { title: 'run', align: 'left' },
];

/** What the kinds of line that do not say it themselves mean. */
const MEANING: Readonly<Record<string, string>> = {
  adopted: 'lay in the archive already',
  aside: 'the old bytes became a version of their own, before a rewrite',
  restamped: 'same bytes, other time',
  gone: 'deleted at the source, still kept',
  pruned: 'removed from the archive, by name',
  known: 'what was before it is lost',
};

/** The history of some files: a line for each thing that the ledger says happened to them, the newest last. */
export async function logFiles(look: Look, places: readonly Place[], files: FileSelector): Promise<ExitCode> {
  const { args, context, output, archive } = look;
  const data = new DataOutput(context.out, { json: args.flags.has('json'), columns: COLUMNS });
  const findings = new Findings(output);
  const told: Told = { kinds: new Set(), files: 0, events: 0 };
  for (const place of places) {
    const history = await fileHistory({ archive, place, files, signal: context.signal });
    if (history.isErr()) {
      findings.failed(place, history.error);
      continue;
    }
    if (!(await showAll(look, data, place, history.value.files, told))) break;
    findings.read(place, history.value);
  }
  const open = await data.end();
  if (data.failure !== null) findings.stopped(data.failure);
  else if (!open) return EXIT.done;
  else if (told.files === 0 && findings.clean) {
    const wanted = { places, files };
    const [operand = ''] = args.operands;
    return refuse(args, output, [await noSuchFile(operand, wanted, null, archive, context.signal)]);
  }
  const { kinds, ...sum } = told;
  return findings.finish(args, sum, context.stdout.isTTY ? legend(kinds) : []);
}

/** What was told so far. */
interface Told {
  readonly kinds: Set<string>;
  files: number;
  events: number;
}

/** False once nobody reads any more. */
async function showAll(
  look: Look,
  data: DataOutput,
  place: Place,
  files: readonly FileHistory[],
  told: Told,
): Promise<boolean> {
  for (const file of files) {
    if (told.files > 0) await data.line('');
    told.files++;
    told.events += file.events.length;
    for (const { kind } of file.events) told.kinds.add(wordOf(kind));
    if (!(await show(look, data, place, file, told.files === 1))) return false;
  }
  return true;
}

async function show(
  { args, context }: Look,
  data: DataOutput,
  place: Place,
  { path, events }: FileHistory,
  isFirst: boolean,
): Promise<boolean> {
  const long = args.flags.has('long');
  await data.line(context.stdout.styles.bold(printable(`${place.source}/${place.repo}/${path}`)));
  if (!long && isFirst) await data.titles(COLUMNS.map(({ title }) => title));
  for (const event of events) {
    if (long) for (const line of block(event)) await data.line(line);
    const fields = { type: 'event', ...place, ...event };
    const more = long
      ? data.object(fields)
      : data.row(
          () => row(event),
          () => fields,
        );
    if (!(await more)) return false;
  }
  return true;
}

function row(event: FileEvent): string[] {
  const { at, size, added, sha256, run } = event;
  return [
    localTime(at, 'second'),
    saidOf(event),
    formatBytes(size),
    added > 0 ? `+${formatBytes(added)}` : '',
    sha256.slice(0, 8),
    printable(shortRun(run)),
  ];
}

/** An event with all that is known of it, as `git log` shows a commit. */
function block(event: FileEvent): string[] {
  const { at, size, added, sha256, run, mtime } = event;
  const more = added > 0 && added < size ? `, ${formatCount(added)} of them added` : '';
  return [
    `${localTime(at, 'fine')}  ${saidOf(event)}`,
    `  ${plural(size, 'byte')}${more}; modified ${localTime(mtime, 'second')}`,
    `  sha256 ${sha256}`,
    `  run ${printable(run)}`,
  ];
}

function saidOf({ kind, lost }: FileEvent): string {
  return `${wordOf(kind)}${lost ? ', lost' : ''}`;
}

function wordOf(kind: FileEvent['kind']): string {
  return kind === 'state' ? 'known' : kind;
}

/** The end of a run's name tells it from others, and the time in front of it stands in the first column already. */
function shortRun(run: string): string {
  return /^\d{8}T\d{6}-([0-9a-f]{8})$/.exec(run)?.[1] ?? run;
}

function legend(kinds: ReadonlySet<string>): string[] {
  const lines = [...kinds].flatMap((kind) =>
    MEANING[kind] === undefined ? [] : [`${kind}: ${MEANING[kind]}`],
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

import { printable, type Counts, type RunRecord } from '@sessionkeep/core';
import {
  EXIT,
  type ExitCode,
  formatBytes,
  formatCount,
  formatDuration,
  outcomeWord,
  plural,
  wrap,
} from '@sessionkeep/runner/program';
import { listRuns, type Archive, type Place } from '@sessionkeep/transfer';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { DataOutput } from '../output/data-output.js';
import type { Output } from '../output/output.js';
import { localTime } from '../render/local-time.js';
import type { Column } from '../render/table.js';
import { clip } from '../render/text-width.js';
import { Findings } from '../work/findings.js';

/** What both kinds of log are made with. */
export interface Look {
  readonly args: Args;
  readonly context: Context;
  readonly output: Output;
  readonly archive: Archive;
}

const COLUMNS: readonly Column[] = [
  { title: 'when', align: 'left' },
  { title: 'repo', align: 'left' },
  { title: 'new', align: 'right' },
  { title: 'grown', align: 'right' },
  { title: 'other', align: 'right' },
  { title: 'moved', align: 'right' },
  { title: 'took', align: 'right' },
  { title: 'ended', align: 'left' },
];

const OTHER = ['superseded', 'restamped', 'adopted', 'mended'] as const;
const TROUBLE = ['refused', 'failed', 'damaged'] as const;

/** Every run of some repos, a line each, the newest last: as they were recorded. */
export async function logRuns(look: Look, places: readonly Place[]): Promise<ExitCode> {
  const { args, context, output, archive } = look;
  const long = args.flags.has('long');
  const json = args.flags.has('json');
  const data = new DataOutput(context.out, { json, columns: COLUMNS });
  const findings = new Findings(output);
  let runs = 0;
  if (!long) await data.titles(COLUMNS.map(({ title }) => title));
  for await (const next of listRuns({ archive, places, signal: context.signal })) {
    if (next.isErr()) {
      const { place, error } = next.error;
      if (error.kind === 'damaged') findings.damaged(place, error.message);
      else findings.failed(place, error);
      continue;
    }
    const { place, run } = next.value;
    runs++;
    const more =
      long && !json
        ? await data.line(block(place, run, context).join('\n'))
        : await data.row(
            () => row(place, run, context),
            () => ({ type: 'run', ...place, ...run }),
          );
    if (!more) break;
  }
  const open = await data.end();
  if (data.failure !== null) findings.stopped(data.failure);
  else if (!open) return EXIT.done;
  return findings.finish(args, { runs }, runs === 0 ? ['nothing was kept here yet'] : []);
}

/** Columns that all but the repo's name take, where nothing went wrong. */
const BESIDE = 62;

function row(place: Place, run: RunRecord, { stdout }: Context): string[] {
  const { counts, bytesMoved, outcome } = run;
  const trouble = TROUBLE.filter((name) => counts[name] > 0);
  const said = [outcome, ...trouble.map((name) => `${formatCount(counts[name])} ${name}`)];
  const label = printable(`${place.source}/${place.repo}`);
  return [
    localTime(run.begin),
    stdout.isTTY ? clip(label, Math.max(8, stdout.columns() - BESIDE)) : label,
    formatCount(counts.copied),
    formatCount(counts.appended),
    formatCount(OTHER.reduce((sum, name) => sum + counts[name], 0)),
    formatBytes(bytesMoved),
    formatDuration(took(run)),
    printable(said.join(', ')),
  ];
}

/** A run with all that is known of it, as `git log` shows a commit. */
function block(place: Place, run: RunRecord, { stdout }: Context): string[] {
  const said = (text: string): string[] => wrap(printable(text), 78).map((line) => `  ${line}`);
  const { host, user, version, bytesMoved, counts, ledger, instance } = run;
  const title = `run ${run.run}  ${place.source}/${place.repo}, number ${formatCount(run.number)}`;
  return [
    stdout.styles.bold(printable(title)),
    ...said(`${localTime(run.begin, 'fine')}, took ${formatDuration(took(run))}: ${run.outcome}`),
    ...said(`${user} on ${host}, sessionkeep ${version}`),
    ...(instance === undefined ? [] : said(`from ${instance}`)),
    ...said(`${counted(counts)}; ${formatBytes(bytesMoved)} moved`),
    ...said(
      `ledger: segment ${formatCount(ledger.segment)}, ${plural(ledger.size, 'byte')}, up to ${ledger.head}`,
    ),
    '',
  ];
}

function counted(counts: Counts): string {
  const { files, ...outcomes } = counts;
  const parts = Object.entries<number>(outcomes).filter(([, count]) => count > 0);
  const said = parts.map(([name, count]) => `${formatCount(count)} ${outcomeWord(name)}`);
  return [plural(files, 'file'), ...said].join(', ');
}

function took({ begin, end }: RunRecord): number {
  return Date.parse(end) - Date.parse(begin);
}

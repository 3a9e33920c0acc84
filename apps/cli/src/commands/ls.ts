import { baseName, parentPath, printable, type FileAsOf } from '@sessionkeep/core';
import { EXIT, type ExitCode, formatBytes, formatCount, plural } from '@sessionkeep/runner/program';
import { listFiles, whereItLies, type Place } from '@sessionkeep/transfer';
import type { Args } from '../args/args.js';
import { readMoment } from '../args/read-moment.js';
import type { Context } from '../context.js';
import { DataOutput } from '../output/data-output.js';
import { openOutput } from '../output/open-output.js';
import { localTime } from '../render/local-time.js';
import type { Column } from '../render/table.js';
import { noSuchFile } from '../select/no-such-file.js';
import { selectFiles } from '../select/select-files.js';
import { Findings } from '../work/findings.js';
import { refuse } from '../work/finish.js';
import { withPlaces } from '../work/with-places.js';

const SHORT: readonly Column[] = [{ title: 'file', align: 'left' }];
const LONG: readonly Column[] = [
  { title: 'size', align: 'right' },
  { title: 'modified', align: 'left' },
  { title: 'state', align: 'left' },
  { title: 'old', align: 'right' },
  ...SHORT,
];

/** `sessionkeep ls`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const moment = readMoment(args, context.now());
  if (moment.isErr()) return refuse(args, output, [moment.error]);
  const at = moment.value;
  return withPlaces(args, context, output, async ({ archive, places, target }) => {
    const [operand] = args.operands;
    const wanted = selectFiles(operand, places, target, context);
    if (wanted.isErr()) return refuse(args, output, [wanted.error]);
    const long = args.flags.has('long');
    const data = new DataOutput(context.out, {
      json: args.flags.has('json'),
      columns: long ? LONG : SHORT,
    });
    const findings = new Findings(output);
    const sum: Sum = { files: 0, gone: 0, versions: 0, bytes: 0 };
    for (const place of wanted.value.places) {
      const listing = await listFiles({
        archive,
        place,
        signal: context.signal,
        present: args.flags.has('present'),
        ...(at !== null && { at }),
        ...(wanted.value.files !== null && { files: wanted.value.files }),
      });
      if (listing.isErr()) {
        findings.failed(place, listing.error);
        continue;
      }
      const { files } = listing.value;
      for (const file of files) add(sum, file);
      const shown = long && context.stdout.isTTY ? showFolders : showFiles;
      if (!(await shown({ data, place, long, context }, files))) break;
      findings.read(place, listing.value);
    }
    const open = await data.end();
    if (data.failure !== null) findings.stopped(data.failure);
    else if (!open) return EXIT.done;
    else if (sum.files === 0 && operand !== undefined && findings.clean)
      return refuse(args, output, [await noSuchFile(operand, wanted.value, at, archive, context.signal)]);
    return findings.finish(args, { at, ...sum }, long || sum.files === 0 ? [total(sum)] : []);
  });
}

interface Showing {
  readonly data: DataOutput;
  readonly place: Place;
  readonly long: boolean;
  readonly context: Context;
}

/** A line a file, with its whole name: what `cat` takes. */
async function showFiles({ data, place, long }: Showing, files: Iterable<FileAsOf>): Promise<boolean> {
  for (const file of files) {
    const name = `${labelOf(place)}/${file.record.path}`;
    const cells = (): string[] => [...(long ? facts(file) : []), printable(name)];
    if (!(await data.row(cells, () => fieldsOf(place, file)))) return false;
  }
  return true;
}

/** On a terminal a long list is easier on the eye folder by folder: names there fill a line by themselves. */
async function showFolders({ data, place, context }: Showing, files: Iterable<FileAsOf>): Promise<boolean> {
  for (const [folder, inside] of Map.groupBy(files, ({ record }) => parentPath(record.path))) {
    const name = folder === '' ? labelOf(place) : `${labelOf(place)}/${folder}`;
    await data.line(context.stdout.styles.bold(printable(name)));
    for (const file of inside) {
      const cells = (): string[] => [...facts(file), printable(baseName(file.record.path))];
      if (!(await data.row(cells, () => fieldsOf(place, file)))) return false;
    }
    if (!(await data.line(''))) return false;
  }
  return true;
}

function facts({ record, versions }: FileAsOf): string[] {
  return [
    formatBytes(record.size),
    localTime(record.mtime),
    record.gone ? 'gone' : '',
    versions > 0 ? `${formatCount(versions)} old` : '',
  ];
}

function labelOf({ source, repo }: Place): string {
  return `${source}/${repo}`;
}

function fieldsOf(place: Place, file: FileAsOf): object {
  const { path, size, sha256, mtime, gone } = file.record;
  const [liesAt] = whereItLies(place, file);
  const { since, versions } = file;
  return { type: 'file', ...place, path, size, sha256, mtime, gone, since, versions, liesAt };
}

interface Sum {
  files: number;
  gone: number;
  versions: number;
  bytes: number;
}

function add(sum: Sum, { record, versions }: FileAsOf): void {
  sum.files++;
  sum.gone += record.gone ? 1 : 0;
  sum.versions += versions;
  sum.bytes += record.size;
}

function total({ files, gone, versions, bytes }: Sum): string {
  return [
    `${plural(files, 'file')}, ${formatBytes(bytes)}`,
    ...(gone > 0 ? [`${formatCount(gone)} gone at the source`] : []),
    ...(versions > 0 ? [plural(versions, 'old version')] : []),
  ].join('; ');
}

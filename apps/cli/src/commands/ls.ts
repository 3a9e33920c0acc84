import { printable, type FileAsOf } from '@sessionkeep/core';
import { listFiles, whereItLies, type Place } from '@sessionkeep/transfer';
import type { Args } from '../args/args.js';
import { readMoment } from '../args/read-moment.js';
import type { Context } from '../context.js';
import { DataOutput } from '../output/data-output.js';
import { openOutput } from '../output/open-output.js';
import { formatBytes, formatCount, plural } from '../render/format.js';
import { localTime } from '../render/local-time.js';
import type { Column } from '../render/table.js';
import { EXIT, type ExitCode } from '../run/exit-code.js';
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
    const sum = { files: 0, gone: 0, versions: 0, bytes: 0 };
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
      for (const file of listing.value.files) {
        sum.files++;
        sum.gone += file.record.gone ? 1 : 0;
        sum.versions += file.versions;
        sum.bytes += file.record.size;
        const cells = (): string[] => (long ? longRow(place, file) : [nameOf(place, file)]);
        if (!(await data.row(cells, () => fieldsOf(place, file)))) break;
      }
      findings.read(place, listing.value);
    }
    const open = await data.end();
    if (data.failure !== null) findings.stopped(data.failure);
    else if (!open) return EXIT.done;
    else if (sum.files === 0 && operand !== undefined && findings.clean)
      findings.stopped(await noSuchFile(operand, wanted.value, at, archive, context.signal));
    return findings.finish(args, { at, ...sum }, long || sum.files === 0 ? [total(sum)] : []);
  });
}

function nameOf({ source, repo }: Place, { record }: FileAsOf): string {
  return printable(`${source}/${repo}/${record.path}`);
}

function longRow(place: Place, file: FileAsOf): string[] {
  const { record, versions } = file;
  return [
    formatBytes(record.size),
    localTime(record.mtime),
    record.gone ? 'gone' : '',
    versions > 0 ? `${formatCount(versions)} old` : '',
    nameOf(place, file),
  ];
}

function fieldsOf(place: Place, file: FileAsOf): object {
  const { path, size, sha256, mtime, gone } = file.record;
  const [liesAt] = whereItLies(place, file);
  const { since, versions } = file;
  return { type: 'file', ...place, path, size, sha256, mtime, gone, since, versions, liesAt };
}

interface Sum {
  readonly files: number;
  readonly gone: number;
  readonly versions: number;
  readonly bytes: number;
}

function total({ files, gone, versions, bytes }: Sum): string {
  return [
    `${plural(files, 'file')}, ${formatBytes(bytes)}`,
    ...(gone > 0 ? [`${formatCount(gone)} gone at the source`] : []),
    ...(versions > 0 ? [plural(versions, 'old version')] : []),
  ].join('; ');
}

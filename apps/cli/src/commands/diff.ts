import {
  countDifferences,
  keepError,
  parseMoment,
  printable,
  type Difference,
  type DifferenceCounts,
  type DifferenceKind,
  type KeepError,
  type LiveRecord,
} from '@sessionkeep/core';
import { EXIT, type ExitCode, formatBytes, formatCount, wrap } from '@sessionkeep/runner/program';
import { diffMoments, type Place } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { DataOutput } from '../output/data-output.js';
import { openOutput } from '../output/open-output.js';
import type { Column } from '../render/table.js';
import { Findings } from '../work/findings.js';
import { refuse } from '../work/finish.js';
import { withPlaces } from '../work/with-places.js';

const COLUMNS: readonly Column[] = [
  { title: 'what', align: 'left' },
  { title: 'added', align: 'right' },
  { title: 'file', align: 'left' },
];

/** In the order in which they are listed. */
const KINDS: readonly DifferenceKind[] = ['new', 'grown', 'rewritten', 'gone', 'back', 'touched', 'pruned'];

/** `sessionkeep diff`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const moments = readMoments(args, context.now());
  if (moments.isErr()) return refuse(args, output, [moments.error]);
  const { since, until } = moments.value;
  return withPlaces(args, context, output, async ({ archive, places }) => {
    const { stdout } = context;
    const json = args.flags.has('json');
    const width = stdout.isTTY ? { width: stdout.columns() } : {};
    const data = new DataOutput(context.out, { json, columns: COLUMNS, ...width });
    const findings = new Findings(output);
    let sum = countDifferences([]);
    let changed = 0;
    for (const place of places) {
      const diff = await diffMoments({
        archive,
        place,
        since,
        signal: context.signal,
        ...(until !== null && { until }),
      });
      if (diff.isErr()) {
        findings.failed(place, diff.error);
        continue;
      }
      findings.read(place, diff.value);
      const { differences } = diff.value;
      const counts = countDifferences(differences);
      sum = added(sum, counts);
      if (differences.length === 0) continue;
      if (changed++ > 0) await data.line('');
      if (!(await show(data, context, place, differences, counts))) break;
      await data.object({ type: 'repo', ...place, ...counts });
    }
    if (changed > 1) await data.line(`\nall: ${counted(sum)}`);
    const open = await data.end();
    if (data.failure !== null) findings.stopped(data.failure);
    else if (!open) return EXIT.done;
    const nothing = changed === 0 && findings.clean ? ['nothing is different'] : [];
    return findings.finish(args, { since, until, ...sum }, nothing);
  });
}

interface Moments {
  readonly since: string;
  readonly until: string | null;
}

function readMoments({ operands }: Args, now: number): Result<Moments, KeepError> {
  const [since = '', until] = operands;
  return parseMoment(since, now).andThen((first) => {
    if (until === undefined) return ok({ since: first, until: null });
    return parseMoment(until, now).andThen((second) =>
      second < first
        ? err(
            keepError('usage', 'diff', `${printable(until)} is before ${printable(since)}`, {
              hint: 'give the earlier moment first',
            }),
          )
        : ok({ since: first, until: second }),
    );
  });
}

async function show(
  data: DataOutput,
  { stdout }: Context,
  place: Place,
  differences: readonly Difference[],
  counts: DifferenceCounts,
): Promise<boolean> {
  const label = `${place.source}/${place.repo}`;
  for (const line of wrap(
    `${printable(label)}: ${counted(counts)}`,
    stdout.isTTY ? stdout.columns() : Infinity,
  ))
    await data.line(stdout.styles.bold(line));
  const byKind = Map.groupBy(differences, ({ kind }) => kind);
  for (const kind of KINDS) {
    for (const difference of byKind.get(kind) ?? []) {
      const cells = (): string[] => [
        `  ${kind}`,
        difference.added > 0 ? `+${formatBytes(difference.added)}` : '',
        // Below its heading a terminal need not read the repo again; whoever reads lines wants whole names.
        printable(stdout.isTTY ? difference.path : `${label}/${difference.path}`),
      ];
      if (!(await data.row(cells, () => fieldsOf(place, difference)))) return false;
    }
  }
  return true;
}

function fieldsOf(place: Place, { path, kind, before, after, ...rest }: Difference): object {
  return { type: 'difference', ...place, path, kind, ...rest, before: side(before), after: side(after) };
}

function side(record: LiveRecord | null): object | null {
  if (record === null) return null;
  const { size, sha256, mtime, gone } = record;
  return { size, sha256, mtime, gone };
}

function counted(counts: DifferenceCounts): string {
  const parts = KINDS.filter((kind) => counts[kind] > 0).map(
    (kind) => `${formatCount(counts[kind])} ${kind}`,
  );
  return `${parts.join(', ')}${counts.added > 0 ? `; ${formatBytes(counts.added)} added` : ''}`;
}

function added(sum: DifferenceCounts, more: DifferenceCounts): DifferenceCounts {
  const total = { ...sum };
  for (const key of Object.keys(more) as (keyof DifferenceCounts)[]) total[key] += more[key];
  return total;
}

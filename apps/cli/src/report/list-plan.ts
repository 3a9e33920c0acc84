import { printable, type Step } from '@sessionkeep/core';
import { formatBytes, formatCount, outcomeWord, plainError, plural, wrap } from '@sessionkeep/runner/program';
import type { DataOutput } from '../output/data-output.js';
import type { Screen } from '../render/screen.js';
import type { Column } from '../render/table.js';
import { reasonText } from './reason-text.js';

/** The columns of a file's row: what will be done to it (for who reads lines by themselves), its bytes, its path. */
export const PLAN_COLUMNS: readonly Column[] = [
  { title: 'what', align: 'left' },
  { title: 'bytes', align: 'right' },
  { title: 'file', align: 'left' },
];

interface ListedPlan {
  /** The repo, as rows and headings name it. */
  readonly label: string;
  /** What every object of it says. */
  readonly place: Readonly<Record<string, unknown>>;
  /** What it comes to, in a few words. */
  readonly sum: string;
  readonly steps: Iterable<Step>;
  /** How many files of a kind are listed; the others are counted. */
  readonly most: number;
}

interface Group {
  readonly outcome: Step['outcome'];
  readonly reason: Step['reason'];
  files: number;
  bytes: number;
  alarm: boolean;
}

/** What is done, in the order in which it is listed: trouble last, where it is read first. */
const DOES: Readonly<Record<Step['outcome'], string>> = {
  unchanged: 'leave',
  left: 'leave',
  copied: 'copy',
  appended: 'append to',
  superseded: 'replace',
  restamped: 'correct the time of',
  adopted: 'adopt',
  mended: 'mend',
  retained: 'keep',
  refused: 'refuse',
  failed: 'fail on',
  damaged: 'report',
};
const ORDER = Object.keys(DOES);

/**
 * Lists a repo's plan: what will be done and why, then a line a file, `most` of each kind. False once nobody reads any more.
 */
export async function listPlan(
  data: DataOutput,
  { label, place, sum, steps, most }: ListedPlan,
  screen: Pick<Screen, 'isTTY' | 'columns' | 'styles'>,
): Promise<boolean> {
  const { bold } = screen.styles;
  await data.line(bold(`${printable(label)}: ${sum}`));
  for (const group of groupsOf(steps)) {
    for (const line of headingLines(group, screen)) await data.line(line);
    let listed = 0;
    for (const step of steps) {
      if (step.outcome !== group.outcome || step.reason !== group.reason) continue;
      if (listed++ === most) break;
      const cells = (): string[] => rowOf(step, label, screen.isTTY);
      if (!(await data.row(cells, () => ({ type: 'step', ...place, ...fieldsOf(step) })))) return false;
      if (step.error !== undefined) await data.line(`    ${printable(step.error.message)}`);
    }
    if (listed > most) await data.line(`    and ${formatCount(group.files - most)} more`);
  }
  return true;
}

function groupsOf(steps: Iterable<Step>): Group[] {
  const groups = new Map<string, Group>();
  for (const { outcome, reason, bytes, alarm } of steps) {
    const key = `${outcome} ${reason}`;
    const group = groups.get(key) ?? { outcome, reason, files: 0, bytes: 0, alarm: false };
    groups.set(key, group);
    group.files++;
    group.bytes += bytes;
    group.alarm ||= alarm;
  }
  return [...groups.values()].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
}

/** `copy 12 files, 3.4 MB: new`, broken where the window ends. */
function headingLines(
  { outcome, reason, files, bytes, alarm }: Group,
  { columns, styles }: Pick<Screen, 'columns' | 'styles'>,
): string[] {
  const { why, todo } = reasonText(outcome, reason);
  const moved = bytes > 0 ? `, ${formatBytes(bytes)}` : '';
  const text = `${alarm ? 'damage: ' : ''}${DOES[outcome]} ${plural(files, 'file')}${moved}: ${why}`;
  const trouble = outcome === 'refused' || outcome === 'failed';
  const style = alarm ? styles.red : trouble ? styles.yellow : (plain: string) => plain;
  const whole = todo === undefined ? text : `${text}; ${todo}`;
  return wrap(whole, columns() - 4).map((line, at) => `${at === 0 ? '  ' : '    '}${style(line)}`);
}

function rowOf({ outcome, bytes, path }: Step, label: string, isTTY: boolean): string[] {
  // Below their headings a terminal need not read repo and step again; whoever reads lines wants them whole.
  const name = path === '' ? '.' : path;
  return isTTY
    ? ['  ', formatBytes(bytes), printable(name)]
    : [`    ${outcomeWord(outcome)}`, formatBytes(bytes), printable(`${label}/${name}`)];
}

function fieldsOf({ path, outcome, reason, bytes, alarm, error }: Step): object {
  return { path, step: outcome, reason, bytes, alarm, ...(error && { error: plainError(error) }) };
}

import { printable, type Unsaved } from '@sessionkeep/core';
import type { RepoStanding, SourceStanding } from '@sessionkeep/runner';
import { formatAge, formatAgo, formatBytes, formatCount, plural, wrap } from '@sessionkeep/runner/program';
import type { RepoStatus } from '@sessionkeep/transfer';
import type { Styles } from '../render/style.js';
import { renderTable, tableWidth, type Column } from '../render/table.js';
import { textWidth } from '../render/text-width.js';
import { expiringSentence } from '../retention/expiring-sentence.js';
import type { ExpiringSource } from '../retention/expiring-sessions.js';
import type { StalePlace } from './stale-places.js';

export interface StatusView {
  /** Which archive it is. */
  readonly title: string;
  readonly sources: readonly SourceStanding[];
  readonly stale: readonly StalePlace[];
  readonly expiring: readonly ExpiringSource[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly width: number;
  readonly styles: Styles;
}

/** What people see of one archive: a row a repo, grouped by source, and what is wrong, a sentence each. */
export function statusLines(view: StatusView): string[] {
  const { title, sources, styles } = view;
  const repos = sources.flatMap((source) => source.repos);
  if (sources.length === 0)
    return [styles.bold(printable(title)), '', 'nothing was kept here yet', ...findings(view)];
  const layout = chooseLayout(repos, view);
  const [titles = '', ...rows] = table(layout, repos, view);
  const lines: string[] = [];
  let row = 0;
  for (const source of sources) {
    lines.push(...sourceHeading(source, view));
    for (const repo of source.repos) lines.push(painted(rows[row++] ?? '', stateOf(repo, view), styles));
  }
  const terms = [
    ...(layout.includes('gone') ? ['gone: deleted at the source, still kept'] : []),
    ...(layout.includes('old') ? ['old: versions that a rewrite put aside'] : []),
  ];
  const legend = [...chainLine(repos, styles), ...(terms.length === 0 ? [] : [styles.dim(terms.join('; '))])];
  const head = repos.length === 0 ? [] : [titles];
  return [
    styles.bold(printable(title)),
    '',
    ...head,
    ...lines,
    ...findings(view),
    ...(legend.length === 0 ? [] : ['', ...legend]),
  ];
}

const COLUMNS = {
  repo: { title: 'repo', align: 'left' },
  files: { title: 'files', align: 'right' },
  gone: { title: 'gone', align: 'right' },
  old: { title: 'old', align: 'right' },
  size: { title: 'size', align: 'right' },
  run: { title: 'last run', align: 'right' },
  backup: { title: 'last backup', align: 'right' },
  newest: { title: 'newest', align: 'right' },
  unsaved: { title: 'unsaved', align: 'right' },
  age: { title: 'for', align: 'right' },
  state: { title: 'state', align: 'left' },
} as const satisfies Readonly<Record<string, Column>>;

type ColumnName = keyof typeof COLUMNS;

/** From all there is to the least that says how a repo stands. */
const LAYOUTS: readonly (readonly ColumnName[])[] = [
  ['repo', 'files', 'gone', 'old', 'size', 'run', 'backup', 'newest', 'unsaved', 'age', 'state'],
  ['repo', 'files', 'size', 'run', 'backup', 'newest', 'unsaved', 'age', 'state'],
  ['repo', 'files', 'size', 'backup', 'newest', 'unsaved', 'age', 'state'],
  ['repo', 'size', 'backup', 'newest', 'unsaved', 'age', 'state'],
  ['repo', 'size', 'backup', 'unsaved', 'age', 'state'],
  ['repo', 'size', 'backup', 'unsaved', 'state'],
];

/** A name that has so many columns is told from others though its middle is left out. */
const NAME_COLUMNS = 16;

function chooseLayout(repos: readonly RepoStanding[], view: StatusView): readonly ColumnName[] {
  const layouts = LAYOUTS.map((layout) => layout.filter((name) => isTelling(name, repos)));
  const longest = Math.max(0, ...repos.map(({ repo }) => textWidth(`  ${printable(repo)}`)));
  const spare = Math.max(0, longest - NAME_COLUMNS);
  const fits = (layout: readonly ColumnName[]): boolean =>
    tableWidth(columnsOf(layout), cellsOf(layout, repos, view)) - spare <= view.width;
  return layouts.find(fits) ?? layouts.at(-1) ?? [];
}

/** Rare things have a column only where there are any. */
function isTelling(name: ColumnName, repos: readonly RepoStanding[]): boolean {
  if (name === 'gone') return repos.some(({ status }) => (status?.gone ?? 0) > 0);
  if (name === 'old') return repos.some(({ status }) => (status?.versions ?? 0) > 0);
  if (name === 'run') return repos.some(({ status }) => status !== null && ranSince(status));
  if (name === 'age') return repos.some(({ atSource }) => atSource.asked && atSource.unsaved.since !== null);
  return true;
}

function table(layout: readonly ColumnName[], repos: readonly RepoStanding[], view: StatusView): string[] {
  return renderTable(columnsOf(layout), cellsOf(layout, repos, view), view.width);
}

function columnsOf(layout: readonly ColumnName[]): Column[] {
  return layout.map((name) => COLUMNS[name]);
}

function cellsOf(
  layout: readonly ColumnName[],
  repos: readonly RepoStanding[],
  view: StatusView,
): string[][] {
  return repos.map((standing) => {
    const cells = cellsOfRepo(standing, view);
    return layout.map((name) => cells[name]);
  });
}

function cellsOfRepo(standing: RepoStanding, view: StatusView): Readonly<Record<ColumnName, string>> {
  const { status, atSource, failure, repo } = standing;
  const count = (number: number | undefined): string => (number === undefined ? '-' : formatCount(number));
  return {
    repo: `  ${printable(repo)}`,
    files: count(status?.files),
    gone: count(status?.gone),
    old: count(status?.versions),
    size: status === null ? '-' : formatBytes(status.bytes + status.versionBytes),
    run: agoOf(status?.lastRun ?? null, view.now, '-'),
    backup: failure === null ? agoOf(status?.lastSuccess ?? null, view.now, 'never') : '-',
    newest: agoOf(status?.newestSession ?? null, view.now, '-'),
    unsaved: atSource.asked ? unsavedText(atSource.unsaved.bytes) : '?',
    age: atSource.asked ? unsavedAge(atSource.unsaved, view.now) : '?',
    state: stateOf(standing, view).text,
  };
}

function agoOf(iso: string | null, now: number, otherwise: string): string {
  return iso === null ? otherwise : formatAgo(now - Date.parse(iso));
}

function unsavedText(bytes: number): string {
  return bytes === 0 ? '-' : formatBytes(bytes);
}

/** How long its oldest byte waits, at most; at least where nobody can know better. */
function unsavedAge({ since, certain }: Unsaved, now: number): string {
  if (since === null) return '-';
  const age = formatAge(now - Number(since / 1_000_000n));
  return certain ? age : `≥ ${age}`;
}

/** A run came after the last one that kept everything. */
function ranSince({ lastRun, lastSuccess }: RepoStatus): boolean {
  return lastRun !== null && lastRun !== lastSuccess;
}

interface State {
  readonly text: string;
  readonly style: keyof Styles;
}

/** The gravest thing there is to say of a repo. */
function stateOf({ status, failure, atSource, source, repo }: RepoStanding, { stale }: StatusView): State {
  if (failure !== null) return { text: 'unread', style: 'red' };
  if (status !== null && status.damage !== null) return { text: 'damaged', style: 'red' };
  if (stale.some((place) => place.source === source && place.repo === repo))
    return { text: 'stale', style: 'red' };
  if (status === null) return { text: 'not kept', style: 'yellow' };
  const { lastOutcome } = status;
  if (lastOutcome === null) return { text: 'no run', style: 'yellow' };
  if (lastOutcome !== 'done') return { text: printable(lastOutcome), style: 'yellow' };
  if (atSource.asked && atSource.files === 0 && status.files > 0) return { text: 'gone', style: 'dim' };
  return { text: 'ok', style: 'green' };
}

function painted(row: string, { text, style }: State, styles: Styles): string {
  return row.endsWith(text) ? `${row.slice(0, row.length - text.length)}${styles[style](text)}` : row;
}

function sourceHeading(
  { source, silent, gone, unsaved }: SourceStanding,
  { now, width, styles }: StatusView,
): string[] {
  const name = `${printable(source)}: `;
  const text = gone
    ? GONE
    : silent === null
      ? unsavedSentence(unsaved, now)
      : `${printable(silent)}, ${UNKNOWN}`;
  const [first = '', ...rest] = wrap(`${name}${text}`, width);
  const nothing = gone || (silent === null && (unsaved === null || unsaved.files === 0));
  const style = nothing ? styles.green : styles.yellow;
  return [
    first.startsWith(name) ? `${name}${style(first.slice(name.length))}` : first,
    ...rest.map((line) => style(line)),
  ];
}

const GONE = 'its pod is gone, and none will have its name again; what was kept of it stays';
const UNKNOWN = 'so nobody knows what is unsaved';

function unsavedSentence(unsaved: SourceStanding['unsaved'], now: number): string {
  if (unsaved === null || unsaved.since === null) return 'nothing unsaved';
  const age = formatAge(now - Number(unsaved.since / 1_000_000n));
  const bound = unsaved.certain ? `at most ${age} old` : `changed ${age} ago, or earlier`;
  return `${formatBytes(unsaved.bytes)} unsaved in ${plural(unsaved.files, 'file')}, the oldest ${bound}`;
}

/** Whether what every backup reads of the archive's own records fits together, which `verify` asks of all of them. */
function chainLine(repos: readonly RepoStanding[], styles: Styles): string[] {
  const kept = repos.filter(({ status, failure }) => status !== null || failure !== null);
  if (kept.length === 0) return [];
  const whole = kept.filter(({ status }) => status !== null && status.damage === null).length;
  const all = whole === kept.length;
  const count = `${all ? 'all' : `${formatCount(whole)} of`} ${plural(kept.length, 'repo')}`;
  const where = kept.length > 1 ? `holds in ${count}` : all ? 'holds' : 'does not hold';
  return [
    `chain: ${styles[all ? 'green' : 'red'](where)}${all ? ' (run lists, newest ledger segments)' : ''}`,
  ];
}

/** As many as a person reads; the table has the rest. */
const MOST_SENTENCES = 20;
/** Clocks that are further apart make ages doubtful. */
const APART_MS = 5 * 60_000;

function findings(view: StatusView): string[] {
  const { sources, stale, expiring, styles, width, now } = view;
  const repos = sources.flatMap((source) => source.repos);
  const damaged = repos.flatMap(({ source, repo, status }) =>
    status === null || status.damage === null ? [] : [`${source}/${repo}: ${status.damage}`],
  );
  const apart = repos
    .filter(({ status }) => Math.abs(status?.clockOffsetMs ?? 0) > APART_MS)
    .map(({ source, repo, status }) => {
      const offset = formatAge(Math.abs(status?.clockOffsetMs ?? 0));
      return `${source}/${repo}: the clocks of the archive and of who wrote it are ${offset} apart, and ages may be wrong by that`;
    });
  const since = lastRunSentences(repos, now);
  const part = repos.flatMap(({ source, repo, atSource }) => {
    if (!atSource.asked)
      return atSource.why === 'failed' ? [`${source}/${repo}: ${atSource.error.message}`] : [];
    const { unreadable } = atSource;
    return unreadable === 0
      ? []
      : [
          `${source}/${repo}: ${plural(unreadable, 'file or folder', 'files or folders')} at the source cannot be read`,
        ];
  });
  const lines = [
    ...sentences('damaged', styles.red, damaged, width),
    ...sentences('stale', styles.red, stale.map(staleSentence), width),
    ...sentences(
      'warning',
      styles.yellow,
      [...expiring.flatMap(expiringLine), ...since, ...part, ...apart],
      width,
    ),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}

function expiringLine(one: ExpiringSource): string[] {
  return one.files === 0 ? [] : [`${one.source}: ${expiringSentence(one)}`];
}

/** Of runs since the last that kept everything: what one interrupted run did to many repos is said once. */
function lastRunSentences(repos: readonly RepoStanding[], now: number): string[] {
  const since = repos.flatMap(({ source, repo, status }) =>
    status !== null && ranSince(status) ? [{ ...status, source, repo }] : [],
  );
  const groups = Map.groupBy(since, ({ source, lastOutcome }) => JSON.stringify([source, lastOutcome]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const outcome = first.lastOutcome ?? 'unknown';
    const latest = agoOf(
      group.reduce((last, { lastRun }) => laterOf(last, lastRun), first.lastRun),
      now,
      '',
    );
    const kept =
      first.lastSuccess === null
        ? 'none has kept everything yet'
        : `the last that kept everything was ${agoOf(first.lastSuccess, now, '')}`;
    return group.length === 1
      ? [`${first.source}/${first.repo}: the last run, ${latest}, ended as ${outcome}; ${kept}`]
      : [
          `${first.source}: the last run of ${plural(group.length, 'repo')} ended as ${outcome}, the latest ${latest}; last backup is the last that kept everything`,
        ];
  });
}

function laterOf(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && Date.parse(b) > Date.parse(a)) ? b : a;
}

function sentences(
  mark: string,
  style: (text: string) => string,
  all: readonly string[],
  width: number,
): string[] {
  const more = all.length - MOST_SENTENCES;
  const lines = all.slice(0, MOST_SENTENCES).flatMap((text) => {
    const [first = '', ...rest] = wrap(`${mark}: ${printable(text)}`, width);
    return [`${style(first.slice(0, mark.length + 1))}${first.slice(mark.length + 1)}`, ...rest];
  });
  return more > 0 ? [...lines, `${style(`${mark}:`)} and ${formatCount(more)} more`] : lines;
}

function staleSentence({ source, repo, why, age, atMost }: StalePlace): string {
  if (source === null || repo === null || age === null)
    return `${source === null ? 'the archive' : `${source}/${repo ?? ''}`}: no backup has succeeded yet`;
  const ago = formatAge(Math.abs(age));
  const text = {
    unsaved: atMost ? `unsaved bytes are up to ${ago} old` : `unsaved bytes are ${ago} old, or older`,
    old: `the last good backup was ${ago} ago`,
    future: `the last good backup is dated ${ago} ahead: a clock is or was wrong`,
    never: 'no backup has succeeded yet',
  }[why];
  return `${source}/${repo}: ${text}`;
}

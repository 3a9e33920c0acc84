import { NOTHING_UNSAVED } from '@sessionkeep/core';
import type { RepoStanding, SourceStanding } from '@sessionkeep/runner';
import { describe, expect, test } from 'vitest';
import { answer, kept, NOW, source, unsavedSince } from '../../test/helpers/standings.js';
import { stylesFor } from '../render/style.js';
import { textWidth } from '../render/text-width.js';
import { statusLines, type StatusView } from './status-table.js';

const plain = stylesFor(false, {});
const view = (sources: readonly SourceStanding[], more: Partial<StatusView> = {}): StatusView => ({
  title: '/Volumes/nas',
  sources,
  stale: [],
  expiring: [],
  now: NOW,
  width: 80,
  styles: plain,
  ...more,
});
const LONG = 'the-road-to-devops-and-back-again-part-2';
const unsaved = { ...NOTHING_UNSAVED, ...unsavedSince(3) };

test('one repo', () => {
  expect(statusLines(view([source([kept('home')])]))).toEqual([
    '/Volumes/nas',
    '',
    'repo    files      size  last backup   newest  unsaved  state',
    'mac: nothing unsaved',
    '  home    732  423.0 MB      3 h ago  2 h ago        -  ok',
    '',
    'chain: holds (run lists, newest ledger segments)',
  ]);
});

test('a repo that never had a file has lost none', () => {
  const empty = kept('new', { files: 0, bytes: 0, atSource: answer({}, { files: 0 }) });
  expect(statusLines(view([source([empty])]))[4]).toMatch(/ ok$/);
});

test('groups by source, and the gravest thing in the last column', () => {
  const away = { asked: false, why: 'nobody' } as const;
  const fresh: RepoStanding = {
    source: 'mac',
    repo: 'new',
    status: null,
    failure: null,
    atSource: answer({ ...unsavedSince(3), certain: false }),
  };
  const repos = [
    kept('home', { atSource: answer(unsaved), gone: 12, versions: 3 }),
    kept('idle', { atSource: answer({}, { files: 0 }) }),
    fresh,
    kept('poor', { lastSuccess: null, lastOutcome: 'failed', newestSession: null }),
  ];
  const lines = statusLines(
    view(
      [
        source(repos, { unsaved: { ...unsaved, certain: false } }),
        source([kept('home', { source: 'old-mac', atSource: away })], {
          source: 'old-mac',
          silent: 'it is not on this machine',
          unsaved: null,
        }),
      ],
      { width: 100 },
    ),
  );
  expect(lines.slice(2)).toEqual([
    'repo    files  gone  old      size  last run  last backup   newest  unsaved    for  state',
    'mac: 1.5 KB unsaved in 1 file, the oldest changed 3 h ago, or earlier',
    '  home    732    12    3  423.0 MB   3 h ago      3 h ago  2 h ago   1.5 KB    3 h  ok',
    '  idle    732     0    0  423.0 MB   3 h ago      3 h ago  2 h ago        -      -  gone',
    '  new       -     -    -         -         -        never        -   1.5 KB  ≥ 3 h  not kept',
    '  poor    732     0    0  423.0 MB   3 h ago        never        -        -      -  failed',
    'old-mac: it is not on this machine, so nobody knows what is unsaved',
    '  home    732     0    0  423.0 MB   3 h ago      3 h ago  2 h ago        ?      ?  ok',
    '',
    'warning: mac/poor: the last run, 3 h ago, ended as failed; none has kept everything yet',
    '',
    'chain: holds in all 4 repos (run lists, newest ledger segments)',
    'gone: deleted at the source, still kept; old: versions that a rewrite put aside',
  ]);
});

describe('whatever the width and the names', () => {
  const many = Array.from({ length: 200 }, (_, number) =>
    kept(number % 3 === 0 ? `${LONG.slice(0, 36)}-${number}` : `repo-${number}`, {
      files: 12_345,
      gone: number % 7,
      versions: number % 5,
      lastSuccess: new Date(NOW - number * 3_000_000).toISOString(),
      lastRun: new Date(NOW - (number % 11 === 0 ? 60_000 : number * 3_000_000)).toISOString(),
      atSource: answer(number % 2 === 0 ? unsaved : {}),
      lastOutcome: number % 11 === 0 ? 'interrupted' : 'done',
    }),
  );
  test.each([60, 80, 100, 120])('%i columns are enough for 200 repos', (width) => {
    const lines = statusLines(view([source(many, { unsaved })], { width }));
    expect(lines.slice(4).findIndex((line) => !line.startsWith('  '))).toBe(200);
    expect(lines.filter((line) => line.startsWith('warning: '))).toEqual([
      expect.stringContaining('warning: mac: the last run of 19 repos ended as'),
    ]);
    for (const line of lines.slice(0, 204)) expect(textWidth(line)).toBeLessThanOrEqual(width);
    expect(lines.some((line) => line.endsWith('interrupted'))).toBe(true);
  });

  test('a name of 40 characters keeps both of its ends at 80 columns, and all of it where there is room', () => {
    const repos = [kept(LONG, { files: 12_345, atSource: answer(unsaved) })];
    const row = (width: number): string => statusLines(view([source(repos)], { width }))[4]!;
    expect(row(80)).toMatch(
      /^ {2}the-\S*…\S*-part-2 +12,345 +423\.0 MB +3 h ago +2 h ago +1\.5 KB {2}3 h {2}ok$/,
    );
    expect(row(120)).toMatch(new RegExp(`^ {2}${LONG} +12,345 `));
  });
});

test('what is wrong is said below, by name: damage, what is stale, what makes ages doubtful', () => {
  const repos = [
    kept('bad', { damage: 'ledger segment 1 is damaged at line 7: it is no JSON object' }),
    kept('busy', { clockOffsetMs: -7_200_000 }),
    kept('part', { atSource: answer({}, { unreadable: 2 }) }),
  ];
  const place = { source: 'mac', repo: 'busy', atMost: true };
  const stale = [
    { ...place, why: 'unsaved', age: 30 * 3_600_000 },
    { ...place, repo: 'idle', why: 'old', age: 72 * 3_600_000 },
    { source: null, repo: null, why: 'never', age: null, atMost: true },
  ] as const;
  const lines = statusLines(view([source(repos)], { stale }));
  expect(lines.slice(4)).toEqual([
    expect.stringMatching(/^ {2}bad .* damaged$/),
    expect.stringMatching(/^ {2}busy .* stale$/),
    expect.stringMatching(/^ {2}part .* ok$/),
    '',
    'damaged: mac/bad: ledger segment 1 is damaged at line 7: it is no JSON object',
    'stale: mac/busy: unsaved bytes are up to 30 h old',
    'stale: mac/idle: the last good backup was 3 d ago',
    'stale: the archive: no backup has succeeded yet',
    'warning: mac/part: 2 files or folders at the source cannot be read',
    'warning: mac/busy: the clocks of the archive and of who wrote it are 2 h apart,',
    'and ages may be wrong by that',
    '',
    'chain: holds in 2 of 3 repos',
  ]);
});

test('hundreds of stale repos are not said one by one: the table has them', () => {
  const repos = Array.from({ length: 60 }, (_, number) => kept(`repo-${number}`));
  const stale = repos.map(
    ({ repo }) => ({ source: 'mac', repo, why: 'old', age: 9e9, atMost: true }) as const,
  );
  const lines = statusLines(view([source(repos)], { stale }));
  expect(lines.filter((line) => line.startsWith('stale: mac/'))).toHaveLength(20);
  expect(lines).toContain('stale: and 40 more');
});

test('colours stand behind the alignment, and control characters never reach the terminal', () => {
  const styles = stylesFor(true, { TERM: 'xterm' });
  const repos = [kept('home'), kept('evil\x1b[2J', { damage: 'x' })];
  const coloured = statusLines(view([source(repos)], { styles }));
  expect(coloured[4]).toMatch(/^ {2}home {2,}732 {2}423\.0 MB {6}3 h ago {2}2 h ago {8}- {2}/);
  expect(coloured[4]?.endsWith(`  ${styles.green('ok')}`)).toBe(true);
  expect(coloured.find((line) => line.includes('evil\\x1b[2J'))).toContain(styles.red('damaged'));
  expect(coloured[3]).toBe(`mac: ${styles.green('nothing unsaved')}`);
  expect(coloured.join('')).not.toContain('\x1b[2J');
});

test('sessions that are deleted before anybody has kept them', () => {
  const retention = { days: 30, from: 'default', file: '/home/anna/.claude/settings.json' } as const;
  const soon = { source: 'mac', retention, sessions: 4, files: 12, bytes: 3_100_000, oldest: 29 };
  const said = (more: object): string =>
    statusLines(view([source([kept('home')])], { width: 200, expiring: [{ ...soon, ...more }] }))[6]!;
  expect(said({})).toBe(
    'warning: mac: within 3 days Claude Code deletes 4 sessions (12 files, 3.1 MB) that are not kept; the oldest was last changed 29 d ago',
  );
  expect(said({ sessions: 1, files: 1, retention: { ...retention, days: 0, from: 'zero' } })).toContain(
    'mac: at its next start Claude Code deletes 1 session (3.1 MB) that is not kept;',
  );
  expect(said({ sessions: 0, files: 2 })).toContain('deletes 2 files of sessions (3.1 MB) that are');
  expect(said({ sessions: 0, files: 0, bytes: 0, oldest: null })).toMatch(/^chain: /);
});

test('nothing kept', () => {
  expect(statusLines(view([]))).toEqual(['/Volumes/nas', '', 'nothing was kept here yet']);
});

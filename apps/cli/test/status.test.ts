import {
  appendFileSync,
  chmodSync,
  cpSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseArgs } from '../src/args/parse-args.js';
import { run as runStatus } from '../src/commands/status.js';
import { testContext } from './helpers/context.js';
import { Machine, type Ran } from './helpers/run-built.js';
import { logLine, SESSION, writeFiles, writeSessions } from './helpers/sessions.js';
import { stringScreen } from './helpers/string-screen.js';
import { stateOf } from './helpers/tree.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHOP = '-home-anna-shop';
const NOTES = '-home-anna-notes';

type Fields = Readonly<Record<string, unknown>>;

class Kept extends Machine {
  readonly kept = join(this.cwd, 'kept');
  readonly session = join(this.projects, SHOP, `${SESSION}.jsonl`);

  constructor() {
    super();
    writeSessions(this.projects);
  }

  backup(...more: string[]): Promise<Ran> {
    return this.run(['backup', '--source', 'mac', '--to', 'kept', '--json', ...more]);
  }

  status(...more: string[]): Promise<Ran> {
    return this.run(['status', '--to', 'kept', '--json', ...more]);
  }

  /** The command as it answers that long from now. */
  async statusIn(ms: number, ...more: string[]): Promise<{ code: number; summary: Fields; text: string }> {
    const screen = (): ReturnType<typeof stringScreen> => stringScreen();
    const [json, people] = [screen(), screen()];
    const common = { cwd: this.cwd, home: this.home, env: { XDG_STATE_HOME: join(this.root, 'state') } };
    const now = Date.now() + ms;
    const answer = async (stdout: typeof json, ...flags: string[]): Promise<number> => {
      const args = parseArgs(['status', '--to', 'kept', ...flags, ...more])._unsafeUnwrap();
      return runStatus(args, testContext({ ...common, stdout, now: () => now }));
    };
    const code = await answer(json, '--json');
    expect(await answer(people)).toBe(code);
    return { code, summary: JSON.parse(json.lines().at(-1)!) as Fields, text: people.text() };
  }
}

async function kept(): Promise<Kept> {
  const here = new Kept();
  expect((await here.backup()).code).toBe(0);
  return here;
}

/** As if the file had last been written so long ago. */
function age(path: string, ms: number): void {
  const then = new Date(Date.now() - ms);
  utimesSync(path, then, then);
}

const repoEvents = ({ events }: Ran): readonly Fields[] => events.filter(({ type }) => type === 'repo');
const stalePlaces = (summary: Fields): string[] =>
  (summary['stale'] as Fields[]).map(
    ({ source, repo, why }) => `${String(source)}/${String(repo)}: ${String(why)}`,
  );

test('behind a backup nothing is unsaved, and nothing is written anywhere by asking', async () => {
  const here = await kept();
  const before = [stateOf(here.kept), stateOf(here.projects), stateOf(join(here.root, 'state'))];
  const found = await here.status('--max-age', '26h');
  expect([found.code, found.stderr]).toEqual([0, '']);
  expect(found.summary).toMatchObject({ ok: true, repos: 2, files: 3, neverKept: 0, maxAgeSeconds: 93_600 });
  const nothing = { files: 0, bytes: 0, oldest: null, ageSeconds: 0, atMost: true };
  expect(found.summary['sources']).toEqual([
    { target: 'kept', source: 'mac', asked: true, why: null, gone: false, unsaved: nothing, expiring: null },
  ]);
  expect(found.summary['stale']).toEqual([]);
  for (const repo of repoEvents(found))
    expect(repo).toMatchObject({ kept: true, unsaved: nothing, stale: null, failure: null });
  const people = await here.run(['status', '--to', 'kept']);
  expect(people.stderr).toBe('');
  expect(people.stdout).toMatch(/^mac: nothing unsaved$/m);
  expect(people.stdout).toMatch(/^ {2}shop {2,}2 .*just now .* ok$/m);
  expect([stateOf(here.kept), stateOf(here.projects), stateOf(join(here.root, 'state'))]).toEqual(before);
});

test('unsaved bytes: as old as the last run at most, unless their file is older; a backup keeps them', async () => {
  const here = await kept();
  appendFileSync(here.session, logLine('/home/anna/shop'));
  const young = await here.status('--max-age', '26h');
  expect(young.code).toBe(0);
  const [source] = young.summary['sources'] as Fields[];
  const unsaved = source!['unsaved'] as Fields;
  const bytes = logLine('/home/anna/shop').length;
  expect(unsaved).toMatchObject({ files: 1, bytes, atMost: true });
  expect(unsaved['oldest']).toBe(repoEvents(young).find(({ repo }) => repo === 'shop')!['lastSuccessBegan']);

  age(here.session, 3 * DAY);
  const old = await here.status('--max-age', '26h');
  expect(old.code).toBe(7);
  expect(old.summary).toMatchObject({ ok: false, exitCode: 7 });
  expect(stalePlaces(old.summary)).toEqual(['mac/shop: unsaved']);
  expect(repoEvents(old).find(({ repo }) => repo === 'shop')).toMatchObject({
    stale: { why: 'unsaved', atMost: true },
    unsaved: { ageSeconds: expect.closeTo(3 * 86_400, -2) as number },
  });
  const people = await here.run(['status', '--to', 'kept', '--max-age', '26h']);
  expect(people.code).toBe(7);
  expect(people.stdout).toMatch(/^mac: 121 B unsaved in 1 file, the oldest at most 3 d old$/m);
  expect(people.stdout).toMatch(/^stale: mac\/shop: unsaved bytes are up to 3 d old$/m);
  expect((await here.status('--max-age', '4d')).code).toBe(0);
  expect((await here.status()).code).toBe(0);

  await here.backup();
  expect((await here.status('--max-age', '26h')).code).toBe(0);
});

test('a project that nobody works on, or that was deleted, does not alarm, however long ago', async () => {
  const here = await kept();
  rmSync(join(here.projects, NOTES), { recursive: true });
  const later = await here.statusIn(40 * DAY, '--max-age', '26h');
  expect([later.code, later.summary['stale']]).toEqual([0, []]);
  expect(later.text).toMatch(/^ {2}notes .* 40 d ago .* gone$/m);
  expect(later.text).toMatch(/^ {2}shop .* 40 d ago .* ok$/m);
});

test('where the source cannot tell that nothing was missed, the last success counts', async () => {
  const here = await kept();
  const asked = ['--max-age', '26h'];
  expect((await here.statusIn(25 * HOUR, ...asked, '--no-source')).code).toBe(0);
  const unasked = await here.statusIn(3 * DAY, ...asked, '--no-source');
  expect([unasked.code, stalePlaces(unasked.summary)]).toEqual([7, ['mac/notes: old', 'mac/shop: old']]);
  expect(unasked.text).toMatch(/^mac: not asked, so nobody knows what is unsaved$/m);
  expect(unasked.text).toMatch(/^stale: mac\/shop: the last good backup was 3 d ago$/m);

  // All projects are gone at once: so does an unmounted home look.
  for (const name of readdirSync(here.projects)) renameSync(join(here.projects, name), join(here.root, name));
  const empty = await here.statusIn(3 * DAY, ...asked);
  expect([empty.code, stalePlaces(empty.summary)]).toEqual([7, ['mac/notes: old', 'mac/shop: old']]);
  expect(empty.text).toContain('mac: nothing of it is in ');
  expect((await here.statusIn(HOUR, ...asked)).code).toBe(0);

  rmSync(here.projects, { recursive: true });
  const away = await here.statusIn(3 * DAY, ...asked);
  expect([away.code, stalePlaces(away.summary)]).toEqual([7, ['mac/notes: old', 'mac/shop: old']]);
  expect(away.text).toMatch(/^mac: it is not on this machine, so nobody knows what is unsaved$/m);
});

test('a success that is dated far ahead is none: a clock was wrong', async () => {
  const here = await kept();
  const found = await here.statusIn(-10 * DAY, '--max-age', '26h', '--no-source');
  expect([found.code, stalePlaces(found.summary)]).toEqual([7, ['mac/notes: future', 'mac/shop: future']]);
  expect(found.text).toMatch(
    /^stale: mac\/shop: the last good backup is dated \d+ d ahead: a clock is or was/m,
  );
  expect(found.text).toMatch(/^ {2}shop .* in \d+ d /m);
});

test('a project that no backup has met counts by its own time', async () => {
  const here = await kept();
  writeFiles(here.projects, { '-home-anna-new/a.jsonl': logLine('/home/anna/new') });
  const young = await here.status('--max-age', '26h');
  expect([young.code, young.summary]).toMatchObject([0, { repos: 2, neverKept: 1 }]);
  age(join(here.projects, '-home-anna-new', 'a.jsonl'), 2 * DAY + HOUR);
  const old = await here.status('--max-age', '26h');
  expect([old.code, stalePlaces(old.summary)]).toEqual([7, ['mac/new: unsaved']]);
  expect(repoEvents(old).find(({ repo }) => repo === 'new')).toMatchObject({
    kept: false,
    files: 0,
    lastRun: null,
    lastSuccessAgeSeconds: null,
    unsaved: { files: 1, atMost: false },
    stale: { why: 'unsaved', atMost: false },
  });
  const people = await here.run(['status', '--to', 'kept', '--max-age', '26h']);
  expect(people.stdout).toMatch(/^ {2}new +- +- +never +- +120 B +≥ 2 d +stale$/m);
  expect(people.stdout).toMatch(/^stale: mac\/new: unsaved bytes are 2 d old, or older$/m);
  expect(people.stdout).toMatch(/^mac: \d+ B unsaved in 1 file, the oldest changed 2 d ago, or earlier$/m);
});

test('an archive with nothing in it is stale, one that is not there is out of reach', async () => {
  const here = new Kept();
  for (const name of readdirSync(here.projects)) rmSync(join(here.projects, name), { recursive: true });
  expect((await here.backup()).code).toBe(0);
  const empty = await here.status('--max-age', '26h');
  expect([empty.code, empty.summary['stale']]).toEqual([
    7,
    [{ target: 'kept', source: null, repo: null, why: 'never', ageSeconds: null, atMost: true }],
  ]);
  expect((await here.status()).code).toBe(0);
  const people = await here.run(['status', '--to', 'kept', '--max-age', '26h']);
  expect(people.stdout).toContain('nothing was kept here yet');
  expect(people.stdout).toContain('stale: the archive: no backup has succeeded yet');
  expect((await here.run(['status', '--to', 'elsewhere', '--max-age', '26h', '--json'])).code).toBe(6);
});

test('an archive in which every run failed is stale as a whole', async () => {
  const here = new Kept();
  here.withoutRoot();
  for (const name of readdirSync(here.projects, { recursive: true, encoding: 'utf8' }))
    if (statSync(join(here.projects, name)).isFile()) chmodSync(join(here.projects, name), 0);
  expect((await here.backup()).code).toBe(3);
  const found = await here.status('--max-age', '26h');
  expect([found.code, stalePlaces(found.summary)]).toEqual([7, ['null/null: never']]);
  expect(repoEvents(found)).toMatchObject([
    { lastOutcome: 'partial', lastSuccess: null },
    { lastOutcome: 'partial', lastSuccess: null },
  ]);
});

test('a part of the source that cannot be looked at makes the last success count', async () => {
  const here = await kept();
  here.withoutRoot();
  chmodSync(join(here.projects, SHOP, SESSION), 0);
  const found = await here.status('--max-age', '26h');
  expect(found.code).toBe(0);
  expect(repoEvents(found).find(({ repo }) => repo === 'shop')).toMatchObject({
    atSource: { unreadable: 1 },
  });
  const people = await here.run(['status', '--to', 'kept']);
  expect(people.stdout).toContain('warning: mac/shop: 1 file or folder at the source cannot be read');
  chmodSync(join(here.projects, SHOP, SESSION), 0o700);
});

test('damage comes before stale, and a repo whose ledger is from a later version fails alone', async () => {
  const here = await kept();
  age(here.session, 3 * DAY);
  writeFileSync(join(here.projects, NOTES, 'more.jsonl'), 'more\n');
  age(join(here.projects, NOTES, 'more.jsonl'), 3 * DAY);
  const ledger = (repo: string): string =>
    join(here.kept, '.sessionkeep', 'source-mac', `repo-${repo}`, 'ledger', '000001.log');
  expect((await here.status('--max-age', '1h')).code).toBe(7);
  writeFileSync(ledger('shop'), 'nonsense\n');
  const damaged = await here.status('--max-age', '1h');
  expect([damaged.code, stalePlaces(damaged.summary)]).toEqual([4, ['mac/notes: unsaved']]);
  expect(damaged.summary['alarms']).toHaveLength(1);
  const people = await here.run(['status', '--to', 'kept', '--max-age', '1h']);
  expect([people.code, people.stdout]).toEqual([4, expect.stringMatching(/^ {2}shop .* damaged$/m)]);
  expect(people.stdout).toMatch(/^damaged: mac\/shop: ledger segment 1 is damaged/m);

  const header = {
    kind: 'header',
    prev: '0'.repeat(64),
    at: '2026-01-01T00:00:00.000Z',
    run: 'x',
    format: 2,
  };
  writeFileSync(ledger('shop'), `${JSON.stringify(header)}\n`);
  const later = await here.status();
  expect(later.code).toBe(3);
  expect(repoEvents(later).map(({ repo, failure }) => [repo, (failure as Fields | null)?.['kind']])).toEqual([
    ['notes', undefined],
    ['shop', 'unsupported'],
  ]);
  const seen = await here.run(['status', '--to', 'kept']);
  expect([seen.code, seen.stdout]).toEqual([3, expect.stringMatching(/^ {2}shop .* unread$/m)]);
  expect(seen.stderr).toMatch(/^error: mac\/shop: the ledger in .* was written by a later version/);
});

test('another machine’s archive: its sources are not asked, and the sessions here are not its business', async () => {
  const here = await kept();
  renameSync(here.projects, join(here.root, 'elsewhere'));
  writeSessions(here.projects);
  cpSync(join(here.root, 'elsewhere'), join(here.root, 'copy'), { recursive: true });
  const own = await here.status();
  expect(own.summary).toMatchObject({ repos: 2, neverKept: 0, sources: [{ source: 'mac', asked: true }] });
  const other = await here.status('--from', join(here.root, 'copy'), '--source', 'mac', '--max-age', '26h');
  expect([other.code, other.summary]).toMatchObject([
    0,
    {
      neverKept: 0,
      sources: [{ asked: false, why: 'it was kept from another machine or folder', unsaved: null }],
    },
  ]);
  writeFiles(join(here.root, 'copy'), { '-home-anna-new/a.jsonl': logLine('/home/anna/new') });
  const foreign = await here.statusIn(0, '--from', join(here.root, 'copy'), '--source', 'mac');
  expect(foreign.summary).toMatchObject({ repos: 2, neverKept: 0 });
  rmSync(here.projects, { recursive: true });
  writeFiles(join(here.root, 'unrelated'), { '-x/a.jsonl': logLine('/x') });
  renameSync(join(here.root, 'unrelated'), here.projects);
  const moved = await here.run(['status', '--to', 'kept', '--json'], {
    env: { CLAUDE_CONFIG_DIR: join(here.root, 'no-such') },
  });
  expect([moved.code, moved.summary]).toMatchObject([
    0,
    { neverKept: 0, sources: [{ asked: false, why: 'it is not on this machine' }] },
  ]);
});

test('by configuration: every source by its name, and one that is away is told and fails nothing', async () => {
  const here = new Kept();
  const config = (second: string): void =>
    writeFiles(here.cwd, {
      'sessionkeep.yaml': `sources:
  mac-local: { type: local, path: ${here.projects}, repos: auto }
  old-mac: { type: local, path: ${second}, repos: auto }
targets:
  nas: { type: local, path: ./nas }
`,
    });
  const second = join(here.root, 'second');
  writeFiles(second, { '-home-anna-old/a.jsonl': logLine('/home/anna/old') });
  config(second);
  expect((await here.run(['backup', '-q'])).code).toBe(0);
  const all = await here.run(['status', '--json']);
  expect(all.summary['sources']).toMatchObject([
    { target: 'nas', source: 'mac-local', asked: true },
    { target: 'nas', source: 'old-mac', asked: true },
  ]);
  expect((await here.run(['backup', '-q', '--to', './usb'])).code).toBe(0);
  appendFileSync(join(here.cwd, 'sessionkeep.yaml'), '  usb: { type: local, path: ./usb }\n');
  const both = await here.run(['status']);
  const titles = both.stdout.split('\n').filter((line) => /^(nas|usb): /.test(line));
  expect(titles).toEqual([`nas: ${join(here.cwd, 'nas')}`, `usb: ${join(here.cwd, 'usb')}`]);
  expect(both.stdout).toMatch(/\n\nusb: /);
  config(second);
  rmSync(second, { recursive: true });
  const away = await here.run(['status', '--json', '--max-age', '26h']);
  expect([away.code, away.summary['sources']]).toMatchObject([
    0,
    [
      { asked: true },
      { source: 'old-mac', asked: false, why: expect.stringContaining('does not exist') as string },
    ],
  ]);
  const one = await here.run(['status', '--source', 'mac-local', '--repo', 'shop', '--json']);
  expect(one.summary).toMatchObject({ repos: 1, sources: [{ source: 'mac-local', asked: true }] });
  const typo = await here.run(['status', '--source', 'mac-locl']);
  expect([typo.code, typo.stderr]).toEqual([2, expect.stringContaining('did you mean mac-local?')]);
});

test('sessions that Claude Code is about to delete and that are not kept, as its settings say', async () => {
  const here = await kept();
  const expiring = async (): Promise<unknown> =>
    ((await here.status()).summary['sources'] as Fields[])[0]!['expiring'];
  const old = join(here.projects, SHOP, 'a-session-of-last-month.jsonl');
  writeFileSync(old, 'x'.repeat(100));
  writeFiles(here.projects, { [`${SHOP}/a-session-of-last-month/subagents/agent-1.jsonl`]: 'y'.repeat(10) });
  const part = join(here.projects, SHOP, 'a-session-of-last-month/subagents/agent-1.jsonl');
  age(old, 26.5 * DAY);
  age(part, 400 * DAY);
  const files = { withinDays: 3, retentionFrom: 'default', retentionDays: 30 };
  expect(await expiring()).toEqual({ ...files, sessions: 0, files: 1, bytes: 10, oldestDays: 400 });
  age(old, 28 * DAY);
  expect(await expiring()).toEqual({ ...files, sessions: 1, files: 2, bytes: 110, oldestDays: 400 });
  const people = await here.run(['status', '--to', 'kept']);
  expect(people.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'warning: mac: within 3 days Claude Code deletes 1 session (2 files, 110 B) that is not kept;',
  );
  const settings = join(here.projects, '..', 'settings.json');
  writeFileSync(settings, '{"cleanupPeriodDays":365}');
  expect(await expiring()).toMatchObject({ retentionDays: 365, retentionFrom: 'set', sessions: 0, files: 1 });
  writeFileSync(settings, '{"cleanupPeriodDays":99999}');
  expect(await expiring()).toMatchObject({ retentionDays: 99_999, sessions: 0, files: 0, oldestDays: null });
  writeFileSync(settings, 'x'.repeat(1024 * 1024 + 1));
  expect(await expiring()).toMatchObject({ retentionDays: 30, retentionFrom: 'unclear', sessions: 1 });
  rmSync(settings);
  writeFileSync(join(here.root, 'dotfile'), '{"cleanupPeriodDays":0}');
  symlinkSync(join(here.root, 'dotfile'), settings);
  expect(await expiring()).toMatchObject({ retentionDays: 0, retentionFrom: 'zero', sessions: 1, files: 2 });
  await here.backup();
  expect(await expiring()).toBeNull();
});

test('a run that failed since the last good one: when, and how it ended', async () => {
  const here = await kept();
  writeFileSync(join(here.projects, SHOP, 'closed.jsonl'), 'x');
  chmodSync(join(here.projects, SHOP, 'closed.jsonl'), 0);
  here.withoutRoot();
  expect((await here.backup()).code).toBe(3);
  const people = await here.run(['status', '--to', 'kept']);
  expect(people.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'warning: mac/shop: the last run, just now, ended as partial; the last that kept everything was just now',
  );
  expect(people.stdout).toMatch(/ last run +last backup /);
  expect(people.stdout).toContain('chain: holds in all 2 repos');
  const [repo] = repoEvents(await here.status('--repo', 'shop'));
  expect(repo!['lastRun']).not.toBe(repo!['lastSuccess']);
});

test.each([
  ['yesterday', /--max-age: "yesterday" is no age; write it as 36h, 2d or 1d12h/],
  ['26', /--max-age: "26" is no age/],
  ['99999999999w', /is no age/],
])('--max-age %s is refused', async (text, message) => {
  const here = new Machine();
  const ran = await here.run(['status', '--max-age', text]);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(message)]);
});

test('a source whose listing is interrupted ends the command as interrupted', async () => {
  const here = await kept();
  const stopped = new AbortController();
  stopped.abort();
  const args = parseArgs(['status', '--to', 'kept', '--json'])._unsafeUnwrap();
  const stdout = stringScreen();
  const code = await runStatus(
    args,
    testContext({ cwd: here.cwd, home: here.home, stdout, signal: stopped.signal }),
  );
  expect(code).toBe(130);
});

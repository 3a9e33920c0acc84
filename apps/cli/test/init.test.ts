import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { need } from './helpers/needs.js';
import { Machine } from './helpers/run-built.js';
import { logLine, writeFiles, writeSessions } from './helpers/sessions.js';
import { KEY, noTerminal, Terminal } from './helpers/terminal.js';
import { contentsOf, stateOf } from './helpers/tree.js';

/** A machine with sessions. */
class Used extends Machine {
  readonly config = join(this.cwd, 'sessionkeep.yaml');
  readonly kept = join(this.cwd, 'kept');

  constructor() {
    super();
    writeSessions(this.projects);
  }

  configText(): string {
    return readFileSync(this.config, 'utf8');
  }

  /** The archive's id. */
  id(): string {
    const { id } = JSON.parse(readFileSync(join(this.kept, '.sessionkeep', 'target.json'), 'utf8')) as {
      id: string;
    };
    return id;
  }
}

test('--yes: a configuration, the archive with its folders, the plan; then backup and verify need nothing more', async () => {
  const here = new Used();
  for (let file = 0; file < 7; file++)
    writeFiles(here.projects, { [`-home-anna-shop/memory/${file}.md`]: 'note' });
  const made = await here.run(['init', '--yes', '--to', 'kept', '--source', 'mac']);
  expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('Wrote ')]);
  expect(made.stderr).toContain('sessionkeep backup');
  expect(made.stdout).toMatch(/all +10 +0 +10 /);
  expect(made.stdout).toContain('\n    and 4 more\n');
  expect(here.configText()).toContain('path: ~/.claude/projects\n');
  expect(here.configText()).toContain('path: ./kept\n');
  expect(statSync(here.config).mode & 0o777).toBe(0o600);
  for (const repo of ['repo-shop', 'repo-notes'])
    expect(statSync(join(here.kept, 'source-mac', repo)).mode & 0o777).toBe(0o700);
  expect(Object.keys(contentsOf(here.kept))).toEqual([join('.sessionkeep', 'target.json')]);

  const checked = await here.run(['config', 'check']);
  expect([checked.code, checked.stdout, checked.stderr]).toEqual([
    0,
    expect.stringContaining('sessionkeep.yaml is fine: 1 source, 2 repos, 1 target\n'),
    '',
  ]);
  expect((await here.run(['backup', '--json'])).summary).toMatchObject({ ok: true, copied: 10, alarms: [] });
  expect((await here.run(['verify', '--deep', '--json'])).summary).toMatchObject({ ok: true, matching: 10 });
  expect(contentsOf(join(here.kept, 'source-mac', 'repo-notes'))).toEqual(
    expect.objectContaining({ '6b1d5c64-2f0e-4c0e-8d35-9e8f7a6b5c4d.jsonl': expect.any(String) as string }),
  );
});

test('--yes without more: the host’s name, ./claude-sessions', async () => {
  const here = new Used();
  const made = await here.run(['init', '-y']);
  expect(made.code).toBe(0);
  const kept = join(here.cwd, 'claude-sessions');
  const [source = ''] = readdirSync(kept).filter((name) => name.startsWith('source-'));
  expect(readdirSync(join(kept, source)).sort()).toEqual(['repo-notes', 'repo-shop']);
  expect(here.configText()).toContain('path: ./claude-sessions\n');
});

test('a configuration that is there stays, unless --overwrite says so', async () => {
  const here = new Used();
  writeFileSync(here.config, 'mine');
  const before = stateOf(here.root);
  for (const args of [['--yes'], ['--yes', '--config', 'sessionkeep.yaml'], []]) {
    const refused = await here.run(['init', ...args]);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`there is a configuration already: ${here.config}`),
    ]);
  }
  expect(stateOf(here.root)).toEqual(before);
  const other = await here.run(['init', '--yes', '--to', 'kept', '--config', 'etc/other.yaml']);
  expect([other.code, other.stderr]).toEqual([0, expect.stringContaining('--config ')]);
  expect(readFileSync(join(here.cwd, 'etc', 'other.yaml'), 'utf8')).toContain('path: ~/.claude/projects\n');
  expect(here.configText()).toBe('mine');
  expect((await here.run(['init', '--yes', '--to', 'kept', '--overwrite'])).code).toBe(0);
  expect(here.configText()).toContain('sources:');
});

test('an archive that is there is adopted: its id, its names, its files', async () => {
  const here = new Used();
  expect((await here.run(['backup', '--to', 'kept', '--source', 'old-name'])).code).toBe(0);
  const id = here.id();
  appendFileSync(
    join(here.projects, '-home-anna-notes', '6b1d5c64-2f0e-4c0e-8d35-9e8f7a6b5c4d.jsonl'),
    logLine('/home/anna/notes', 'more'),
  );
  const made = await here.run(['init', '--yes', '--to', 'kept']);
  expect(made.code).toBe(0);
  expect(here.id()).toBe(id);
  expect(here.configText()).toContain(`# id: ${id}`);
  expect(here.configText()).toContain('  old-name:\n');
  expect(readdirSync(here.kept).sort()).toEqual(['.sessionkeep', 'source-old-name']);
  expect((await here.run(['backup', '--json'])).summary).toMatchObject({
    ok: true,
    unchanged: 2,
    appended: 1,
  });

  const again = await here.run(['init', '--yes', '--to', 'kept', '--overwrite']);
  expect([again.code, here.id()]).toEqual([0, id]);
  expect((await here.run(['verify', '--deep', '--json'])).summary).toMatchObject({ ok: true, matching: 3 });
});

test('what rsync has left in the layout is adopted under its name, if it is of this machine', async () => {
  const here = new Used();
  const copied = join(here.kept, 'source-mac-local', 'repo-shop');
  cpSync(join(here.projects, '-home-anna-shop'), copied, { recursive: true });
  writeFiles(here.kept, { 'source-desk/repo-shop/of-another-machine.jsonl': logLine('/home/anna/shop') });
  expect((await here.run(['init', '--yes', '--to', 'kept'])).code).toBe(0);
  expect(here.configText()).toContain('  mac-local:\n');
  expect((await here.run(['backup', '--json'])).summary).toMatchObject({ ok: true, adopted: 2, copied: 1 });
});

test('a name that the archive has from another machine is not taken, nor given away', async () => {
  const here = new Used();
  const elsewhere = join(here.root, 'elsewhere');
  writeFiles(elsewhere, { '-x/a.jsonl': logLine('/x') });
  expect((await here.run(['backup', '--from', elsewhere, '--to', 'kept', '--source', 'mac'])).code).toBe(0);
  const refused = await here.run(['init', '--yes', '--to', 'kept', '--source', 'mac']);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining(
      'cannot be called "mac": the archive has this name from another machine or folder',
    ),
  ]);
  expect(existsSync(here.config)).toBe(false);
});

test('sessions of every place that Claude Code has used', async () => {
  const here = new Used();
  const old = join(here.home, '.config', 'claude', 'projects');
  writeFiles(old, { '-home-anna-old/a.jsonl': logLine('/home/anna/old') });
  const own = join(here.root, 'own');
  writeFiles(own, { 'projects/-home-anna-own/a.jsonl': logLine('/home/anna/own') });
  const made = await here.run(['init', '--yes', '--to', 'kept', '--source', 'mac'], {
    env: { CLAUDE_CONFIG_DIR: own },
  });
  expect(made.code).toBe(0);
  expect(readdirSync(here.kept).sort()).toEqual([
    '.sessionkeep',
    'source-mac',
    'source-mac-2',
    'source-mac-3',
  ]);
  expect(readdirSync(join(here.kept, 'source-mac'))).toEqual(['repo-own']);
  expect(readdirSync(join(here.kept, 'source-mac-3'))).toEqual(['repo-old']);
  expect((await here.run(['backup', '--json'])).summary).toMatchObject({ ok: true, copied: 5 });
});

test.each([
  ['inside the source', ['--to', '~/.claude/projects/kept'], 'lies inside the source'],
  ['below a file', ['--to', 'file/kept'], 'is no folder'],
  ['with a name that is none', ['--to', 'kept', '--source', 'a/b'], 'cannot be called "a/b"'],
  ['from nowhere', ['--from', 'none'], 'none: ENOENT: no such file or directory; check --from'],
  ['from a file', ['--from', 'file'], 'the root is no folder; check --from'],
])('--yes %s is refused, and nothing is written', async (_, args, message) => {
  const here = new Used();
  writeFileSync(join(here.cwd, 'file'), '');
  const before = stateOf(here.root);
  const refused = await here.run(['init', '--yes', ...args]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stateOf(here.root)).toEqual(before);
});

test('a machine without sessions: told what to do', async () => {
  const here = new Machine();
  const refused = await here.run(['init', '--yes']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--from DIR')]);
  mkdirSync(here.projects, { recursive: true });
  expect((await here.run(['init', '--yes'])).code).toBe(0);
});

test('without a terminal it says so at once, and asks nothing', async (context) => {
  const here = new Used();
  const before = stateOf(here.root);
  const refused = await here.run(['init']);
  expect([refused.code, refused.stdout, refused.stderr]).toEqual([2, '', expect.stringContaining('--yes')]);
  expect(refused.stderr).toContain('no terminal');
  need(context, noTerminal());
  // Questions that nobody sees are as bad as answers that nobody gives.
  for (const tail of ['< /dev/null', '> /dev/null']) {
    const half = await new Terminal(here, ['init'], tail).ended;
    expect([half.code, half.text]).toEqual([2, expect.stringContaining('no terminal')]);
  }
  expect(stateOf(here.root)).toEqual(before);
});

const QUESTIONS = [
  'Where are the backups to land?',
  'A name for ~/.claude/projects',
  'Which projects?',
  'Where is the configuration to lie?',
  'Write this?',
] as const;

test('at a terminal: what is there is shown, answers are checked as they are typed, and all of it is written', async (context) => {
  need(context, noTerminal());
  const here = new Used();
  writeFiles(join(here.home, '.claude'), {
    'history.jsonl': '{}\n',
    'plans/a.md': 'a',
    '.credentials.json': 'SECRET',
  });
  const terminal = new Terminal(here, ['init']);
  await terminal.shows('~/.claude/projects: 2 projects, 2 sessions');
  // Upwards from the first comes the last.
  await terminal.answer(QUESTIONS[0], KEY.up, KEY.enter);
  await terminal.answer('Which folder, or smb://', '~/.claude/projects/kept', KEY.enter);
  await terminal.answer('lies inside the source', KEY.clear, 'kept', KEY.enter);
  await terminal.answer(QUESTIONS[1], KEY.clear, 'a/b', KEY.enter);
  await terminal.answer('a name has letters', KEY.clear, 'mac', KEY.enter);
  await terminal.answer(QUESTIONS[2], KEY.down, KEY.enter);
  await terminal.shows('Which ones?');
  await terminal.answer('Enter: confirm', KEY.enter);
  await terminal.answer('select at least one', KEY.down, KEY.space, KEY.enter);
  await terminal.answer('Their names: shop', KEY.down, KEY.enter);
  await terminal.answer('A name for -home-anna-shop', KEY.clear, '_plans', KEY.enter);
  await terminal.answer('this name is', KEY.clear, 'store', KEY.enter);
  await terminal.answer('What else is to be kept', KEY.down, KEY.space, KEY.enter);
  await terminal.answer(QUESTIONS[3], KEY.down, KEY.enter);
  await terminal.answer(QUESTIONS[4], KEY.enter);
  const { code, text } = await terminal.ended;
  expect([code, text]).toEqual([0, expect.stringContaining('mac/store')]);
  expect(text).not.toContain('SECRET');

  const config = join(here.home, '.config', 'sessionkeep', 'sessionkeep.yaml');
  expect(existsSync(here.config)).toBe(false);
  const written = readFileSync(config, 'utf8');
  expect(written).toContain('    repos:\n      store: -home-anna-shop\n');
  expect(written).toContain('    extras: [plans]\n');
  expect(written).toContain('    path: ~/');
  expect(readdirSync(join(here.kept, 'source-mac')).sort()).toEqual(['repo-_plans', 'repo-store']);
  expect((await here.run(['backup', '--json'])).summary).toMatchObject({ ok: true, copied: 3 });
  expect((await here.run(['verify', '--deep', '--json'])).summary).toMatchObject({ ok: true, matching: 3 });
});

test('at a terminal: what the command line says is not asked', async (context) => {
  need(context, noTerminal());
  const here = new Used();
  const terminal = new Terminal(here, ['init', '--to', 'kept', '--source', 'mac', '--config', 'my.yaml']);
  await terminal.answer(QUESTIONS[2], KEY.enter);
  await terminal.answer(QUESTIONS[4], KEY.enter);
  const { code, text } = await terminal.ended;
  expect([code, text]).toEqual([0, expect.stringContaining('sessionkeep backup --config ')]);
  for (const at of [0, 1, 3] as const) expect(text).not.toContain(QUESTIONS[at]);
  expect((await here.run(['backup', '--config', 'my.yaml', '--json'])).summary).toMatchObject({ copied: 3 });
});

test.for([...QUESTIONS.keys()])(
  'Ctrl-C at question %i: exit 130, and nothing was written',
  async (at, context) => {
    need(context, noTerminal());
    const here = new Used();
    const before = stateOf(here.root);
    const terminal = new Terminal(here, ['init']);
    for (const question of QUESTIONS.slice(0, at)) await terminal.answer(question, KEY.enter);
    await terminal.answer(QUESTIONS[at] ?? '', KEY.interrupt);
    const { code, text } = await terminal.ended;
    expect([code, text]).toEqual([130, expect.stringContaining('Nothing was written.')]);
    expect(stateOf(here.root)).toEqual(before);
  },
);

test('No to the last question: exit 130, and nothing was written', async (context) => {
  need(context, noTerminal());
  const here = new Used();
  const before = stateOf(here.root);
  const terminal = new Terminal(here, ['init', '--to', 'kept', '--source', 'mac', '--config', 'my.yaml']);
  await terminal.answer(QUESTIONS[2], KEY.enter);
  await terminal.answer(QUESTIONS[4], 'n');
  const { code, text } = await terminal.ended;
  expect([code, text]).toEqual([130, expect.stringContaining('Nothing was written.')]);
  expect(stateOf(here.root)).toEqual(before);
});

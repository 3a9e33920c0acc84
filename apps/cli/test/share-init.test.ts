import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { need } from './helpers/needs.js';
import { PASSWORD, ShareMachine, useSamba } from './helpers/shares.js';
import { SESSION } from './helpers/sessions.js';
import { KEY, noTerminal, Terminal } from './helpers/terminal.js';

const samba = useSamba();

const folders = (here: ShareMachine): string[] =>
  readdirSync(here.kept, { recursive: true, encoding: 'utf8' }).sort();
const configText = (here: ShareMachine): string => readFileSync(join(here.cwd, 'sessionkeep.yaml'), 'utf8');

/** All that a first set-up makes on a share on which there was nothing. */
const MADE = [
  '.sessionkeep',
  '.sessionkeep/target.json',
  'source-mac',
  'source-mac/repo-notes',
  'source-mac/repo-shop',
];

test('--yes: the whole structure on the share, a configuration, the plan; then everything needs nothing more', async () => {
  const here = new ShareMachine(samba());
  const made = await here.run(['init', '--yes', '--to', here.url, '--source', 'mac']);
  expect([made.code, made.stderr]).toEqual([
    0,
    expect.stringContaining(`Made 3 folders in the archive ${here.url}.`),
  ]);
  expect(made.stdout).toMatch(/all +3 +0 +3 /);
  expect(folders(here)).toEqual(MADE);
  expect(configText(here)).toContain(`    type: smb\n`);
  expect(configText(here)).toContain(`    url: ${here.url}\n`);

  const checked = await here.run(['config', 'check']);
  expect([checked.code, checked.stderr]).toEqual([0, '']);
  expect(checked.stdout).toContain(`target share: ${here.url}\n  the archive `);
  expect(checked.stdout).toContain('sessionkeep.yaml is fine: 1 source, 2 repos, 1 target\n');
  for (const command of ['backup', 'verify', 'status', 'ls', 'log', 'plan', 'doctor'])
    expect([command, (await here.run([command])).code]).toEqual([command, 0]);
  expect((await here.run(['completion', 'targets'])).stdout).toBe('share\n');

  const again = await here.run(['init', '--yes', '--overwrite', '--to', here.url]);
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('has all its folders')]);
  expect(configText(here)).toContain('  mac:\n');
});

test('the password file is named in the configuration, and what stood in the environment is not', async () => {
  const here = new ShareMachine(samba());
  writeFileSync(join(here.home, 'pw'), PASSWORD, { mode: 0o600 });
  const env = { SESSIONKEEP_SMB_PASSWORD: '' };
  const made = await here.run(['init', '--yes', '--to', here.url, '--password-file', '~/pw'], { env });
  expect([made.code, configText(here)]).toEqual([0, expect.stringContaining('    password:\n')]);
  expect(configText(here)).toContain('file: ~/pw\n');
  expect((await here.run(['backup', '--json'], { env })).summary).toMatchObject({ ok: true, copied: 3 });
});

test('what is wrong with the share is said, and nothing is written', async () => {
  const here = new ShareMachine(samba());
  const nowhere = here.url.replace('/share/', '/nowhere/');
  const made = await here.run(['init', '--yes', '--to', nowhere]);
  expect([made.code, made.stderr]).toEqual([6, expect.stringContaining('there is no such share')]);
  expect(readdirSync(here.cwd)).toEqual([]);
  writeFileSync(
    join(here.cwd, 'sessionkeep.yaml'),
    `targets:
  nas: { type: smb, url: 'smb://me@nas/a:b/c' }
  two: { type: smb, url: 'smb://nas/share' }
  three: { type: smb, url: '${here.url}', id: 5e1f6c0a-2b8e-4c1d-9d52-0c8a7f7a3b11, signing: off }
  four: { type: smb, path: /x }
`,
  );
  const checked = await here.run(['config', 'check']);
  expect(checked.code).toBe(2);
  for (const told of [
    'sessionkeep.yaml:3: targets.two.url: the URL names no user',
    'sessionkeep.yaml:4: targets.three.signing: ',
    'sessionkeep.yaml:5: targets.four',
  ])
    expect(checked.stderr).toContain(told);
});

test('asked: a share is typed, its password too, unseen; the archive that is there is found out about', async (context) => {
  need(context, noTerminal());
  const here = new ShareMachine(samba());
  expect((await here.backup()).code).toBe(0);
  const unset = Object.create(here, {
    env: { value: { ...here.env, SESSIONKEEP_SMB_PASSWORD: '' } },
  }) as ShareMachine;
  const terminal = new Terminal(unset, ['init']);
  await terminal.answer('Where are the backups to land?', KEY.up, KEY.enter);
  await terminal.answer('Which folder, or smb://', `smb://me:secret@nas/x`, KEY.enter);
  await terminal.answer('the URL has a password in it', KEY.clear, here.url, KEY.enter);
  await terminal.answer(`Password for ${here.url}: `, PASSWORD, KEY.enter);
  await terminal.answer('A name for ~/.claude/projects', KEY.enter);
  await terminal.answer('Which projects?', KEY.enter);
  await terminal.answer('Where is the configuration to lie?', KEY.enter);
  await terminal.answer('Write this?', KEY.enter);
  const { code, text } = await terminal.ended;
  expect([code, text.includes(PASSWORD)]).toEqual([0, false]);
  expect(text.split('Password for')).toHaveLength(2);
  expect(configText(here)).toContain(`url: ${here.url}\n`);
  expect(folders(here)).toContain(`source-mac/repo-shop/${SESSION}.jsonl`);
});

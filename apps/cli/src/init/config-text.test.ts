import { extraOfRepo, isName, isPattern, parseSmbUrl, segmentProblem, type Repo } from '@sessionkeep/core';
import type { Config } from '@sessionkeep/core/config';
import type { SharedFolder } from '@sessionkeep/runner';
import { resolvePath } from '@sessionkeep/runner/program';
import { parseConfigText } from '@sessionkeep/runner/config';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configText } from './config-text.js';
import type { Setup } from './setup.js';

const options = {
  home: '/home/anna',
  schema: 'https://unpkg.com/sessionkeep@1.2.3/dist/sessionkeep.schema.json',
  archiveId: '0b6fb0a6-7c8a-4d22-9f0e-9f2a3d6f6b3c',
};
const setup: Setup = {
  config: '/home/anna/work/sessionkeep.yaml',
  target: { name: 'nas', location: { type: 'local', path: '/Volumes/nas/claude-sessions' } },
  sources: [
    { name: 'mac', path: '/home/anna/.claude/projects', repos: 'auto', extras: [], today: [] },
    {
      name: 'mac-2',
      path: '/home/anna/.config/claude/projects',
      repos: [
        { name: 'home', aliases: [], layout: 'flat', projects: ['-home-anna'] },
        { name: 'shop', aliases: [], layout: 'folders', projects: ['-shop', '-shop--worktrees-*'] },
      ],
      extras: ['history', 'plans'],
      today: [],
    },
  ],
};

function read(text: string): ReturnType<typeof parseConfigText> {
  return parseConfigText(text, { path: setup.config, shown: 'sessionkeep.yaml', isOwn: true });
}

test('every key is explained once, and what could stand there too', () => {
  expect(configText(setup, options)).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=https://unpkg.com/sessionkeep@1.2.3/dist/sessionkeep.schema.json
    # What sessionkeep keeps, and where.
    # \`sessionkeep config check\` says whether this is right, and what it means.

    # Where sessions are written.
    sources:
      mac:
        # A source of its own for each machine: in the archive it is source-NAME.
        type: local
        # Claude Code's projects folder.
        path: ~/.claude/projects
        # Which project folders are kept. With \`auto\` every one is a repo, those to come too, named after
        # the working folder in its logs. Or they are named one by one:
        # repos:
        #   home: -Users-anna-code-home # one folder; its files lie directly in repo-home/
        #   ops: { project: -Users-anna-code-ops, aliases: [devops] } # \`--repo devops\` finds it too
        #   shop: # several, also by patterns; each in a subfolder of its own
        #     projects: [-Users-anna-code-shop, -Users-anna-code-shop--worktrees-*]
        repos: auto
        # What else to keep of what lies beside the projects: history (every prompt that was typed),
        # file-history (files as they were before edits), plans, tasks, teams, paste-cache.
        # extras: [history, file-history, plans]

      mac-2:
        type: local
        path: ~/.config/claude/projects
        repos:
          home: -home-anna
          shop:
            projects: [-shop, -shop--worktrees-*]
        extras: [history, plans]

    # Where backups land: in each one that stands here, or where \`--to NAME\` says.
    targets:
      nas:
        type: local
        # The folder of the archive; a share that is mounted is one too.
        path: /Volumes/nas/claude-sessions
        # Pins the archive: another one in this place, or none since the share is not mounted, is refused.
        # id: 0b6fb0a6-7c8a-4d22-9f0e-9f2a3d6f6b3c
      # A second one:
      # usb: { type: local, path: /Volumes/usb/claude-sessions }

    # What else to leave out: globs. Without a slash they match any name, with one the path in the
    # project folder. They may also stand in a source or a repo, and hold there.
    # exclude: ['*.tmp', tool-results/]
    #
    # When a backup is to run: \`sessionkeep schedule install\` has it done.
    # schedule: '0 3 * * *'
    "
  `);
});

test('what stands there as a comment is right too: with it, the configuration is still one', () => {
  const text = configText(setup, options);
  const uncommented = text
    .replace('repos: auto', '')
    .replace(/^( *)# ( *(?:repos:|home:|ops:|shop:|projects:|extras:|usb:|exclude:|id:).*)$/gm, '$1$2');
  const { config } = read(uncommented)._unsafeUnwrap();
  expect(config.rules.exclude).toEqual(['*.tmp', 'tool-results/']);
  expect(config.targets).toMatchObject([
    { name: 'nas', id: options.archiveId },
    { name: 'usb', id: null },
  ]);
  const [mac] = config.sources;
  expect(mac?.extras.map(({ name: extra }) => extra)).toEqual(['history', 'file-history', 'plans']);
  expect(mac?.repos).toMatchObject([
    { repo: { name: 'home', layout: 'flat', projects: ['-Users-anna-code-home'] } },
    { repo: { name: 'ops', aliases: ['devops'] } },
    { repo: { name: 'shop', layout: 'folders' } },
  ]);
});

const share: SharedFolder = {
  type: 'smb',
  address: parseSmbUrl('smb://corp;anna@nas.local/My%20Share/claude-sessions')._unsafeUnwrap(),
  signing: 'required',
  encryption: 'if-offered',
  password: { from: 'anywhere' },
};

test('a share as the target: its URL, and how to give its password, which is not written down', () => {
  const text = configText({ ...setup, target: { name: 'nas', location: share } }, options);
  expect(text.slice(text.indexOf('# Where backups land'), text.indexOf('# What else to leave out')))
    .toMatchInlineSnapshot(`
    "# Where backups land: in each one that stands here, or where \`--to NAME\` says.
    targets:
      nas:
        type: smb
        # The folder of the archive on its share.
        url: smb://corp;anna@nas.local/My%20Share/claude-sessions
        # Where its password comes from; without this from SESSIONKEEP_SMB_PASSWORD, or it is asked for. One of:
        # password: { env: SMB_PASSWORD }
        # password: { file: ~/.config/sessionkeep/password }
        # password: { command: [security, find-internet-password, -w, -s, nas.local] }
        # What is wanted of the server; required and if-offered unless told otherwise.
        # signing: required # or if-offered
        # encryption: if-offered # required, or off
        # Pins the archive: another one in this place is refused.
        # id: 0b6fb0a6-7c8a-4d22-9f0e-9f2a3d6f6b3c
      # A second one:
      # usb: { type: local, path: /Volumes/usb/claude-sessions }

    "
  `);
  const uncommented = text.replace(/^( *)# ( *(?:password: \{ env|signing:|encryption:|id:).*)$/gm, '$1$2');
  expect(read(uncommented)._unsafeUnwrap().config.targets).toEqual([
    {
      type: 'smb',
      name: 'nas',
      id: options.archiveId,
      address: share.address,
      signing: 'required',
      encryption: 'if-offered',
      password: { from: 'env', name: 'SMB_PASSWORD' },
    },
  ]);
});

test('a file that has the password is named', () => {
  const password = { from: 'file', path: '/home/anna/.secret', at: '--password-file' } as const;
  const text = configText({ ...setup, target: { name: 'nas', location: { ...share, password } } }, options);
  expect(read(text)._unsafeUnwrap().config.targets).toMatchObject([
    { password: { from: 'file', path: '~/.secret' } },
  ]);
  expect(text).not.toContain('# password:');
});

const name = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
    fc.constantFrom('null', 'true', '12', '1e3', '0x1f', 'yes', '_', '__proto__', 'constructor'),
  )
  .filter((text) => isName(text) && text.toLowerCase() !== 'all' && extraOfRepo(text) === null);
const odd = fc.constantFrom(
  '~',
  'null',
  '- a',
  'a: b',
  'a #b',
  '#',
  '&a',
  '*',
  "'",
  '"',
  '\\',
  '|',
  '>',
  '%',
  '@',
  '`',
  '',
  ' ',
  '\t',
  '\n',
  ' \n',
  '\r',
  '\u0085',
  '\u2028',
  '\u202e',
  '\x1b[2J',
  '---',
  '...',
  '{',
  '[',
  'é',
  'e\u0301',
  '🎉',
);
const folder = fc
  .oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.array(odd, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  )
  .filter((text) => segmentProblem(text) === null && !isPattern(text));
const path = fc.array(folder, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const repos = fc
  .uniqueArray(fc.tuple(name, folder), { selector: ([, project]) => project, maxLength: 5 })
  .filter((pairs) => new Set(pairs.map(([key]) => key.normalize('NFC').toLowerCase())).size === pairs.length)
  .map((pairs) =>
    pairs.map(([key, project]): Repo => ({ name: key, aliases: [], layout: 'flat', projects: [project] })),
  );

test('whatever names and folders there are, the loader reads what was meant', () => {
  fc.assert(
    fc.property(name, name, path, path, repos, (source, target, from, to, chosen) => {
      const text = configText(
        {
          ...setup,
          target: { name: target, location: { type: 'local', path: to } },
          sources: [
            { name: source, path: from, repos: chosen.length > 0 ? chosen : 'auto', extras: [], today: [] },
          ],
        },
        options,
      );
      const { config } = read(text)._unsafeUnwrap();
      const resolved = (written: string) => resolvePath(written, '/home/anna/work', '/home/anna');
      const places = (all: Config['sources'] | Config['targets']): unknown =>
        all.map((one) => [one.name, one.type === 'local' && resolved(one.path)]);
      expect(places(config.sources)).toEqual([[source, resolved(from)]]);
      expect(places(config.targets)).toEqual([[target, resolved(to)]]);
      const written = config.sources[0]?.repos;
      // Names that are numbers come first wherever they stand.
      const found = written === 'auto' ? [] : (written ?? []).map(({ repo }) => repo);
      expect(new Set(found)).toEqual(new Set(chosen));
    }),
    { numRuns: 500 },
  );
});

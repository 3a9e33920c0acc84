import type { Repo } from '@sessionkeep/core';
import { type ArchiveLocation, locationText, type SharedFolder } from '@sessionkeep/runner';
import { dirname } from 'node:path';
import { Document, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';
import { portablePath } from './portable-path.js';
import type { Setup, SetupSource } from './setup.js';

export interface ConfigTextOptions {
  readonly home: string;
  /** Where editors find the JSON Schema: an address without spaces. */
  readonly schema: string;
  /** The archive's id, for whoever wants to pin it. */
  readonly archiveId: string;
}

/** The configuration as it is written: every key explained, and what else could stand there as comments. */
export function configText(setup: Setup, options: ConfigTextOptions): string {
  const folder = dirname(setup.config);
  const asWritten = (path: string): Scalar => text(portablePath(path, { home: options.home, folder }));
  const sources = sourcesNode(setup.sources, asWritten);
  const targets = targetsNode(setup.target, asWritten, options.archiveId);
  const document = new Document(
    group([
      ['sources', sources, ['Where sessions are written.']],
      [
        'targets',
        targets,
        ['Where backups land: in each one that stands here, or where `--to NAME` says.'],
        'apart',
      ],
    ]),
  );
  document.commentBefore = comment([
    'What sessionkeep keeps, and where.',
    '`sessionkeep config check` says whether this is right, and what it means.',
  ]);
  document.comment = comment(AT_THE_END);
  // By hand, not as the document's comment: editors want exactly this beginning.
  return `# yaml-language-server: $schema=${options.schema}\n${document.toString(AS_TEXT)}`;
}

/** No text goes over several lines: written so, not every blank comes back. */
const AS_TEXT = {
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  flowCollectionPadding: false,
} as const;

const AT_THE_END = [
  'What else to leave out: globs. Without a slash they match any name, with one the path in the',
  'project folder. They may also stand in a source or a repo, and hold there.',
  "exclude: ['*.tmp', tool-results/]",
  '',
  'When a backup is to run: `sessionkeep schedule install` has it done.',
  "schedule: '0 3 * * *'",
];

const OTHER_REPOS = [
  'Which project folders are kept. With `auto` every one is a repo, those to come too, named after',
  'the working folder in its logs. Or they are named one by one:',
  'repos:',
  '  home: -Users-anna-code-home # one folder; its files lie directly in repo-home/',
  '  ops: { project: -Users-anna-code-ops, aliases: [devops] } # `--repo devops` finds it too',
  '  shop: # several, also by patterns; each in a subfolder of its own',
  '    projects: [-Users-anna-code-shop, -Users-anna-code-shop--worktrees-*]',
];

const EXTRAS = [
  'What else to keep of what lies beside the projects: history (every prompt that was typed),',
  'file-history (files as they were before edits), plans, tasks, teams, paste-cache.',
];

function sourcesNode(sources: readonly SetupSource[], asWritten: (path: string) => Scalar): YAMLMap {
  // What is the same for all is said at the first one.
  return group(
    sources.map((source, at) => [
      source.name,
      sourceNode(source, asWritten, at === 0),
      [],
      at === 0 ? undefined : 'apart',
    ]),
  );
}

function sourceNode(
  { path, repos, extras }: SetupSource,
  asWritten: (path: string) => Scalar,
  explain: boolean,
): YAMLMap {
  const said = (lines: readonly string[]): readonly string[] => (explain ? lines : []);
  const node = group([
    [
      'type',
      text('local'),
      said(['A source of its own for each machine: in the archive it is source-NAME.']),
    ],
    ['path', asWritten(path), said(["Claude Code's projects folder."])],
    ['repos', repos === 'auto' ? text('auto') : reposNode(repos), said(OTHER_REPOS)],
    ...(extras.length > 0 ? [['extras', list(extras), said(EXTRAS)] as const] : []),
  ]);
  if (extras.length === 0 && explain)
    node.comment = comment([...EXTRAS, 'extras: [history, file-history, plans]']);
  return node;
}

function reposNode(repos: readonly Repo[]): YAMLMap {
  return group(repos.map((repo) => [repo.name, repoNode(repo), []]));
}

function repoNode({ layout, projects }: Repo): Node {
  const [only = ''] = projects;
  return layout === 'flat' ? text(only) : group([['projects', list(projects), []]]);
}

const PASSWORD = [
  'Where its password comes from; without this from SESSIONKEEP_SMB_PASSWORD, or it is asked for. One of:',
  'password: { env: SMB_PASSWORD }',
  'password: { file: ~/.config/sessionkeep/password }',
  'password: { command: [security, find-internet-password, -w, -s, nas.local] }',
];
const PROTECTION = [
  'What is wanted of the server; required and if-offered unless told otherwise.',
  'signing: required # or if-offered',
  'encryption: if-offered # required, or off',
];

function targetsNode(
  { name, location }: Setup['target'],
  asWritten: (path: string) => Scalar,
  id: string,
): YAMLMap {
  const target = group(targetEntries(location, asWritten));
  target.comment = comment([
    ...(location.type === 'local'
      ? []
      : [...(passwordFileOf(location) === null ? PASSWORD : []), ...PROTECTION]),
    `Pins the archive: another one in this place${location.type === 'local' ? ', or none since the share is not mounted,' : ''} is refused.`,
    `id: ${id}`,
  ]);
  const targets = group([[name, target, []]]);
  targets.comment = comment(['A second one:', 'usb: { type: local, path: /Volumes/usb/claude-sessions }']);
  return targets;
}

function targetEntries(location: ArchiveLocation, asWritten: (path: string) => Scalar): Entry[] {
  const type = ['type', text(location.type), []] as const;
  if (location.type === 'local')
    return [
      type,
      ['path', asWritten(location.path), ['The folder of the archive; a share that is mounted is one too.']],
    ];
  const file = passwordFileOf(location);
  return [
    type,
    ['url', text(locationText(location)), ['The folder of the archive on its share.']],
    ...(file === null
      ? []
      : [['password', group([['file', asWritten(file), []]]), ['Where its password comes from.']] as const]),
  ];
}

/** A password that was typed or stood in the environment is not written down anywhere. */
function passwordFileOf({ password }: SharedFolder): string | null {
  return password.from === 'file' ? password.path : null;
}

/** A key and what it has; what is said above it, and whether a line is left free there. */
type Entry = readonly [key: string, value: Node, above: readonly string[], apart?: 'apart' | undefined];

function group(entries: readonly Entry[]): YAMLMap {
  const map = new YAMLMap();
  for (const [key, value, above, apart] of entries) {
    const name = text(key);
    name.spaceBefore = apart !== undefined;
    if (above.length > 0) name.commentBefore = comment(above);
    map.items.push(new Pair(name, value));
  }
  return map;
}

function list(texts: readonly string[]): YAMLSeq {
  const sequence = new YAMLSeq();
  sequence.flow = true;
  sequence.items.push(...texts.map(text));
  return sequence;
}

/** Folders may be called anything. What is not plain is quoted: else it may be written over several lines. */
function text(value: string): Scalar {
  const scalar = new Scalar(value);
  if (/[\p{C}\p{Z}]/u.test(value)) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** The lines behind their `#`. */
function comment(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join('\n');
}

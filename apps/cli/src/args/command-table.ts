import type { OptionName } from './options.js';

/** What commands are for: the headings of the overview and the man page, in their order. */
export const GROUPS = ['Back up', 'Look', 'Bring back', 'Mend', 'Set up', 'Help'] as const;

type Group = (typeof GROUPS)[number];

export interface CommandSpec {
  /** The heading it stands under in the overview. */
  readonly group: Group;
  readonly summary: string;
  /** What a person should know before using it: a paragraph. */
  readonly about?: string;
  readonly options: readonly OptionName[];
  /** Options without which the command cannot run. */
  readonly needs?: readonly OptionName[];
  /**
   * Arguments that are no options, in order; a trailing `?` marks one that may be left out: `PATH`, `TIME?`. One in small letters
   * is one of these words: `check|schema`.
   */
  readonly operands?: readonly string[];
  readonly examples: readonly (readonly [line: string, meaning: string])[];
}

const selectors = ['config', 'from', 'to', 'password-file', 'source', 'repo'] as const;
/** Of a command that only looks at what one archive has. */
const reading = ['config', 'to', 'password-file', 'source', 'repo'] as const;
/** What a run may use at most. */
const limits = ['lanes', 'bwlimit'] as const;
/** How a run that tells what it does tells it. */
const telling = ['verbose', 'quiet', 'json'] as const;

/** Every command there is: parsing and help are made from this. */
const COMMANDS = {
  backup: {
    group: 'Back up',
    summary: 'keep what is new in the archive',
    about:
      'A log that grew is appended to; one that was rewritten replaces the kept one, whose bytes stay as a version; one that was deleted stays. A file counts as kept when its bytes and its line in the ledger are durable. A run that is interrupted or killed loses nothing: the next goes on from there.',
    options: [...selectors, 'plan', 'dry-run', 'checksum', 'rebind', 'jitter', ...limits, ...telling],
    examples: [
      ['sessionkeep backup', "Claude Code's sessions to ./claude-sessions"],
      ['sessionkeep backup --to /Volumes/nas/sessions --dry-run', 'only show what would be copied'],
      ['sessionkeep backup --to smb://anna@nas.local/secure/sessions', 'to a share that need not be mounted'],
      ['sessionkeep backup --from k8s://web/deployment/web-blue/~/.claude/projects', 'from a pod'],
      ['sessionkeep backup --source mac-local --repo home --to nas', 'one repo of the configuration'],
      ['sessionkeep backup --bwlimit 2M --lanes 2', 'beside other work on a slow line'],
      ['sessionkeep backup --plan tonight.plan', 'exactly what `sessionkeep plan` saved there'],
    ],
  },
  plan: {
    group: 'Back up',
    summary: 'show what a backup would do to each file, and why; save that',
    about:
      'Reads both sides and writes nothing to the archive. A backup of a saved plan does exactly what it says, and refuses, file by file, what has changed since.',
    options: [...selectors, 'out', 'checksum', 'rebind', 'json'],
    examples: [
      ['sessionkeep plan', 'a line a file, by what is done and why'],
      ['sessionkeep plan --out tonight.plan', 'saved, for `sessionkeep backup --plan tonight.plan`'],
    ],
  },
  verify: {
    group: 'Look',
    summary: 'compare source, archive and ledger',
    about:
      'Reads the ledger and its chain, looks whether every kept file and version is there with its size, and digests the source. Writes nothing, and needs no lock.',
    options: [...selectors, 'deep', 'sample', 'sample-from', ...limits, ...telling],
    examples: [
      ['sessionkeep verify', 'the source by digest, the archive by size, the ledger by its chain'],
      ['sessionkeep verify --deep', 'every kept byte too'],
      ['sessionkeep verify --sample 10', 'a tenth of the kept bytes, another one every time'],
    ],
  },
  restore: {
    group: 'Bring back',
    summary: 'bring files back from the archive',
    about:
      'Every file is proven by its digest before it takes its name. What is there with the same bytes is left, and what is there with others is refused unless --overwrite is given. Restored files get the time of now, since Claude Code deletes old ones when it starts.',
    options: [
      'config',
      'to',
      'from-archive',
      'password-file',
      'source',
      'repo',
      'session',
      'at',
      'present',
      'keep-mtime',
      'overwrite',
      'as',
      'into',
      'dry-run',
      ...limits,
      ...telling,
    ],
    needs: ['into'],
    examples: [
      ['sessionkeep restore --session UUID --into ~/.claude/projects', 'one session, to resume it'],
      ['sessionkeep restore --repo home --at 2d --into ./then', 'a repo as it was two days ago'],
      ['sessionkeep restore --repo home --into k8s://web/pod/web-0/~/.claude/projects', 'into a pod'],
    ],
  },
  ls: {
    group: 'Look',
    summary: 'list the files of the archive',
    options: [...reading, 'at', 'present', 'long', 'json'],
    operands: ['PATH?'],
    examples: [
      ['sessionkeep ls', 'every file, as SOURCE/REPO/PATH, deleted ones too'],
      ['sessionkeep ls mac-local/home --at 2026-03-31 --long', 'one repo as it was then, with sizes'],
      ['sessionkeep ls UUID', 'a session, with its subagents and tool results'],
    ],
  },
  log: {
    group: 'Look',
    summary: 'list the runs, or the history of a file, the newest last',
    options: [...reading, 'long', 'json'],
    operands: ['PATH?'],
    examples: [
      ['sessionkeep log', 'every run of every repo'],
      ['sessionkeep log mac-local/home', 'the runs of one repo'],
      ['sessionkeep log mac-local/home/UUID.jsonl', 'when it was kept, grew, was rewritten, deleted'],
    ],
  },
  cat: {
    group: 'Look',
    summary: "write a file's bytes to standard output, checked against the ledger",
    options: [...reading, 'at'],
    operands: ['PATH'],
    examples: [
      ['sessionkeep cat mac-local/home/UUID.jsonl | jq .type', 'as it was last kept'],
      ['sessionkeep cat UUID --at 2d', "a session's log as it was two days ago"],
    ],
  },
  diff: {
    group: 'Look',
    summary: 'show what is different between two moments: TIMEs as for --at',
    options: [...reading, 'json'],
    operands: ['SINCE', 'UNTIL?'],
    examples: [
      ['sessionkeep diff 1d', 'what came in since yesterday'],
      ['sessionkeep diff 2026-03-30 2026-03-31 --repo home', 'one day, in one repo'],
    ],
  },
  status: {
    group: 'Look',
    summary: 'show what the archive has, how old it is, what is unsaved',
    options: [...selectors, 'max-age', 'no-source', 'json'],
    examples: [
      ['sessionkeep status --to /Volumes/nas/sessions', 'a line a repo, and what no backup has kept yet'],
      ['sessionkeep status --max-age 26h', 'for a monitor: exit 7 when the nightly backup is missing'],
    ],
  },
  repair: {
    group: 'Mend',
    summary: 'set a damaged ledger aside and go on in a new one',
    about:
      'Nothing is removed: what of the ledger cannot be believed is kept beside the new one, which begins with what can.',
    options: [...reading, ...telling],
    needs: ['source', 'repo'],
    examples: [
      ['sessionkeep repair --source mac-local --repo home', 'after verify or backup told of damage'],
    ],
  },
  unlock: {
    group: 'Mend',
    summary: 'end a lock whose holder is gone',
    about:
      'Locks of processes that died on this machine end by themselves. This is for one whose holder was elsewhere: make sure that it is gone. A lock whose process is alive on this machine is left, unless --force is given. On a share that is named by its URL the server ends locks with their connections; there this only says who holds one.',
    options: [...reading, 'force', ...telling],
    needs: ['source', 'repo'],
    examples: [
      ['sessionkeep unlock --source mac-local --repo home', 'only when nothing is writing any more'],
    ],
  },
  init: {
    group: 'Set up',
    summary: 'look around, ask what to keep and where, write a configuration',
    options: ['config', 'from', 'to', 'password-file', 'source', 'yes', 'overwrite', 'rebind'],
    examples: [
      ['sessionkeep init', 'asks, and shows what the first backup would do'],
      ['sessionkeep init --yes --to /Volumes/nas/sessions', 'asks nothing: all projects of this machine'],
    ],
  },
  config: {
    group: 'Set up',
    summary: 'check the configuration, or print its JSON Schema',
    options: ['config', 'password-file', 'json'],
    operands: ['check|schema'],
    examples: [
      ['sessionkeep config check', 'every mistake with line and key; what it means'],
      ['sessionkeep config schema', 'for editors'],
    ],
  },
  schedule: {
    group: 'Set up',
    summary: 'have backups run by the clock, as the configuration says',
    about:
      "`launchd`, `systemd`, `cronjob` and `crontab` print what each of them wants for the configuration's `schedule:`; `install` writes it for launchd or systemd and has it loaded, `uninstall` takes it back, and `show` says what there is and when it runs next.",
    options: ['config', 'job', 'image', 'overwrite', 'json'],
    operands: ['launchd|systemd|cronjob|crontab|install|uninstall|show', 'launchd|systemd?'],
    examples: [
      ['sessionkeep schedule install', 'on a Mac with launchd, elsewhere with systemd'],
      ['sessionkeep schedule show', 'what is installed, and when it runs next'],
      ['sessionkeep schedule launchd', 'only print it'],
      ['sessionkeep schedule cronjob --image example.org/sessionkeep-cronjob:1', 'for kubectl or Flux'],
    ],
  },
  doctor: {
    group: 'Set up',
    summary: 'try out step by step what a backup needs of a folder, a share or a pod',
    about:
      'Looks at mounts, owners, clocks and room, and at what Claude Code deletes before it is kept. Writes nothing but a small probe into the archive, and removes it. With --to only the archive is looked at, with --from or --source only the source. Exit 6 when a step fails.',
    options: ['config', 'from', 'to', 'password-file', 'source', 'json'],
    examples: [
      ['sessionkeep doctor', 'everything that the configuration names'],
      ['sessionkeep doctor --to smb://anna@nas.local/secure/sessions', 'from the name of the server on'],
    ],
  },
  completion: {
    group: 'Set up',
    summary: 'print the completion script of a shell, or the names it asks for',
    options: ['config'],
    operands: ['bash|zsh|fish|sources|repos|targets'],
    examples: [
      ['sessionkeep completion bash', 'to be sourced: source <(sessionkeep completion bash)'],
      ['sessionkeep completion targets', 'the names that the configuration has, a line each'],
    ],
  },
  help: {
    group: 'Help',
    summary: 'show this, or the help of one command',
    options: ['man'],
    operands: ['COMMAND?'],
    examples: [['sessionkeep help restore', 'how to restore']],
  },
  version: { group: 'Help', summary: 'show the version', options: [], examples: [] },
} as const satisfies Readonly<Record<string, CommandSpec>>;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

export function isCommandName(text: string): text is CommandName {
  return Object.hasOwn(COMMANDS, text);
}

export function commandSpec(name: CommandName): CommandSpec {
  return COMMANDS[name];
}

/** The words that an operand is one of; none where it may be anything. */
export function operandChoices(operand: string): readonly string[] {
  return /^[a-z|]+\??$/.test(operand) ? operand.replace('?', '').split('|') : [];
}

/** A file, folder or variable that the program looks at, and what it is to it. */
type Surrounding = readonly [name: string, meaning: string];

export const FILES: readonly Surrounding[] = [
  ['./sessionkeep.yaml', "the configuration of this folder; it comes before the user's"],
  [
    '$XDG_CONFIG_HOME/sessionkeep/sessionkeep.yaml',
    "the user's configuration; ~/.config without the variable",
  ],
  ['~/.claude/projects', "Claude Code's sessions, where nothing else is named"],
  ['./claude-sessions', 'the archive, where no other is named'],
  ['ARCHIVE/source-NAME/repo-NAME/', 'the kept files, as they are'],
  ['ARCHIVE/.sessionkeep/', 'what is known of them: ledgers, old versions, runs, locks'],
  [
    '~/Library/LaunchAgents/sessionkeep.backup.plist',
    'the schedule, on a Mac; what its runs say is in ~/Library/Logs/sessionkeep/backup.log',
  ],
  [
    '~/.config/systemd/user/sessionkeep-backup.timer',
    'the schedule, with systemd; what its runs say is in the journal',
  ],
  [
    '$XDG_STATE_HOME/sessionkeep/',
    'what this machine remembers of its archives, so that one that was rolled back or is not mounted shows; ~/.local/state without the variable',
  ],
];

export const ENVIRONMENT: readonly Surrounding[] = [
  ['SESSIONKEEP_SMB_PASSWORD', 'the password of a share, where nothing else says it'],
  ['CLAUDE_CONFIG_DIR', "Claude Code's folder, for its projects: ~/.claude without it"],
  ['HOME', 'what ~ stands for'],
  ['PATH', 'where `schedule` finds the programs of launchd and systemd'],
  ['XDG_CONFIG_HOME', "where the user's configuration is"],
  ['XDG_STATE_HOME', 'where this machine remembers its archives'],
  ['NO_COLOR', 'set to anything, it keeps colours away'],
  ['FORCE_COLOR', 'brings colours where there is no terminal; 0 keeps them away from one'],
  ['TERM', 'dumb keeps colours and the progress bar away'],
  ['UV_THREADPOOL_SIZE', 'threads for disks and digests; 16 without it'],
  ['SESSIONKEEP_DEBUG', 'set to anything, an unexpected error shows where it came from'],
];

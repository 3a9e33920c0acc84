/** What of a configuration has names. */
export type ConfigNames = 'sources' | 'repos' | 'targets';

/** An option: with `value` it takes one, shown under that name in the help. */
export interface OptionSpec {
  readonly value?: string;
  /** What the NAME of its value is a name of: completion offers those of the configuration. */
  readonly names?: ConfigNames;
  /** One letter, for flags that are typed by hand: `v` for `-v`. */
  readonly short?: string;
  /** The flag that says the opposite: both are refused. */
  readonly not?: string;
  readonly help: string;
}

/** Every option there is. One name means one thing in all commands. */
export const OPTIONS = {
  config: {
    value: 'FILE',
    help: 'the configuration (else ./sessionkeep.yaml, else the one in $XDG_CONFIG_HOME/sessionkeep)',
  },
  from: {
    value: 'DIR|URL',
    help: "where sessions are: a folder, smb://USER@HOST/SHARE/FOLDER, or k8s://NAMESPACE/deployment/NAME/PATH (or statefulset, pod, selector; else Claude Code's projects folder)",
  },
  to: {
    value: 'DIR|URL|NAME',
    names: 'targets',
    help: 'the archive: a folder, smb://USER@HOST/SHARE/FOLDER, or a target of the configuration (else ./claude-sessions)',
  },
  'from-archive': { value: 'DIR|URL|NAME', names: 'targets', help: 'the same as --to' },
  'password-file': {
    value: 'FILE',
    help: "the password of a share: the file's first line (else as the configuration says, SESSIONKEEP_SMB_PASSWORD, or typed)",
  },
  source: {
    value: 'NAME|all',
    names: 'sources',
    help: 'which source; "local" (or "mac"), "smb" and "kubernetes" (or "k8s") mean every source of that type',
  },
  repo: { value: 'NAME|all', names: 'repos', help: 'which repo, by its name or an alias' },
  session: { value: 'UUID', help: 'one session, with its subagents and tool results' },
  at: { value: 'TIME', help: 'as of then: 2026-03-31T18:00, 2026-03-31, or an age such as 36h or 2d' },
  into: {
    value: 'DIR|URL',
    help: 'where the files go; DIR/<project folder>/… is made. Into a pod: k8s://NAMESPACE/deployment/NAME/PATH (or statefulset, pod), where PATH may begin with ~',
  },
  as: { value: 'FOLDER', help: "another name for the project folder, for another user's or path's sessions" },
  present: { help: 'only what the source still had' },
  long: { short: 'l', help: 'all that is known of each' },
  'keep-mtime': { help: 'keep the old times (Claude Code deletes sessions whose time is old)' },
  overwrite: { help: 'replace files that are there with other bytes' },
  force: { help: 'also when the process that holds it is alive on this machine' },
  yes: { short: 'y', help: 'ask nothing, and take what is usual' },
  out: { value: 'FILE', help: 'save the plan there, for `backup --plan`; a plan that is there is replaced' },
  plan: {
    value: 'FILE',
    help: 'do what this saved plan says and nothing else; --to, --source and --repo pick parts of it',
  },
  'dry-run': { help: 'say what would be done, and write nothing' },
  checksum: { help: 'compare every file by its bytes, not by size and time' },
  rebind: { help: 'go on with an archive that was written from elsewhere, and record that' },
  deep: { help: 'read every kept byte back, old versions too' },
  sample: {
    value: 'PERCENT',
    help: 'read that share of the kept bytes back, from where the last sample on this machine ended (else by the day): 100 / PERCENT runs read everything; a file is read whole or not at all',
  },
  'sample-from': {
    value: 'PERCENT',
    help: 'where the sample begins, to read one again that an earlier run named',
  },
  lanes: {
    value: 'N',
    help: 'how many files at once, 1 to 64, and one repo after another (else as many as suit source and archive)',
  },
  bwlimit: {
    value: 'RATE',
    help: 'at most so many bytes a second from the source, and to and from the archive, all files together: 500k, 8M, 1.5MiB (k and M are thousands, Ki and Mi 1024s)',
  },
  jitter: {
    value: 'AGE',
    help: 'begin up to so much later, by chance: 15m; many machines then do not come at once',
  },
  job: {
    value: 'agent|daemon',
    help: 'which kind of job launchd makes of it (else a daemon where a share is spoken to, which no agent may; else an agent)',
  },
  image: { value: 'IMAGE', help: 'the image of a CronJob, which holds sessionkeep-cronjob' },
  'max-age': {
    value: 'AGE',
    help: 'exit 7 when something waits for a backup for longer: 26h, 2d; with nothing unsaved at the source, nothing waits',
  },
  'no-source': { help: 'do not look at the source for what no backup has kept yet' },
  verbose: { short: 'v', not: 'quiet', help: 'tell of every file, and of what helps to find a mistake' },
  quiet: { short: 'q', not: 'verbose', help: 'tell of nothing but errors, damage and warnings' },
  json: { help: 'one event a line on stdout, the summary last' },
  man: { help: 'the manual page instead, for `man`: sessionkeep help --man | man -l -' },
  help: { short: 'h', help: "show the command's help" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export type OptionName = keyof typeof OPTIONS;

export function isOptionName(text: string): text is OptionName {
  return Object.hasOwn(OPTIONS, text);
}

/** The flag that a letter stands for. */
export function optionOfLetter(letter: string): OptionName | null {
  for (const [name, spec] of Object.entries(OPTIONS) as [OptionName, OptionSpec][])
    if (spec.short === letter) return name;
  return null;
}

/** What the option's value is called; null for a flag. */
export function valueName(name: OptionName): string | null {
  const spec: OptionSpec = OPTIONS[name];
  return spec.value ?? null;
}

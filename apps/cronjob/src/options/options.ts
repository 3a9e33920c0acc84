/** An option; with `value` it takes one, shown under that name in the help. */
export interface OptionSpec {
  readonly value?: string;
  readonly help: string;
}

/** Every option there is. Those that `sessionkeep backup` has too mean the same. */
export const OPTIONS = {
  config: {
    value: 'FILE',
    help: 'the configuration (else /etc/sessionkeep/sessionkeep.yaml where that is, else as sessionkeep finds it)',
  },
  source: { value: 'NAME|all', help: 'which source, by its name or type' },
  repo: { value: 'NAME|all', help: 'which repo, by its name or an alias' },
  to: { value: 'NAME|DIR|URL', help: 'which target (else every one of the configuration)' },
  shard: {
    value: 'I/N',
    help: 'back up part I, from 0 on, of N: every repo is in exactly one part, always in the same',
  },
  shards: { value: 'N', help: 'the same, with I from JOB_COMPLETION_INDEX, as an Indexed Job sets it' },
  'verify-sample': {
    value: 'PERCENT',
    help: 'after the backup, compare source, archive and ledger, and read that share of the kept bytes back',
  },
  jitter: { value: 'AGE', help: 'begin up to so much later, by chance: 15m' },
  lanes: { value: 'N', help: 'how many files at once, 1 to 64' },
  bwlimit: { value: 'RATE', help: 'at most so many bytes a second: 500k, 8M, 1.5MiB' },
  checksum: { help: 'compare every file by its bytes, not by size and time' },
  'dry-run': { help: 'log what would be done, write nothing, and tell nobody' },
  'metrics-file': {
    value: 'FILE',
    help: "metrics for node-exporter's textfile collector: DIR/sessionkeep.prom",
  },
  'termination-log': {
    value: 'FILE',
    help: 'where a summary goes (else /dev/termination-log where that is)',
  },
  'log-level': { value: 'LEVEL', help: 'the least that is logged: debug, info, warn or error (else info)' },
  help: { help: 'show this' },
  version: { help: 'show the version' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export type OptionName = keyof typeof OPTIONS;

/** What the environment says. */
export const VARIABLES: Readonly<Record<string, string>> = {
  SESSIONKEEP_PING_URL: 'told of start and end as healthchecks.io wants it: URL/start, URL, URL/fail',
  SESSIONKEEP_WEBHOOK_URL: 'told of a run that failed: JSON, by POST',
  SESSIONKEEP_PUSHGATEWAY_URL: 'a Prometheus Pushgateway that the metrics are pushed to',
  SESSIONKEEP_SMB_PASSWORD: 'the password of a share that the configuration has none for',
};

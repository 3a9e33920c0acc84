import { parseArgs } from 'node:util';

export interface SmbBenchOptions {
  /** A folder in memory, where servers, corpus and copies lie while it runs. */
  readonly folder: string;
  readonly rounds: number;
  readonly files: number;
  readonly bytes: number;
  /** Only tasks whose name has this in it; empty for all. */
  readonly only: string;
  /** Where Node's CPU profiles of ours go; null for none. */
  readonly profiles: string | null;
}

export const SMB_HELP = `npm run bench -- smb [--dir DIR] [--rounds N] [--files N] [--mib N] [--only TASK] [--profile DIR]

  --dir DIR      a folder in memory to work in (/dev/shm)
  --rounds N     how often everything is measured (3)
  --files N      files of the corpus for backups (5000)
  --mib N        size of the corpus in MiB (1024)
  --only TASK    tasks whose name has this in it: put, get, 2000, 300, backup, sign
  --profile DIR  also writes CPU profiles of sessionkeep; its times are then longer
`;

/** What `--only backup` stands for is the three tasks on the corpus. */
export const BACKUP = 'backup';

/** Reads the arguments; a text instead says what is wrong with them, or is the help. */
export function readSmbOptions(args: readonly string[]): SmbBenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        dir: { type: 'string', default: '/dev/shm' },
        rounds: { type: 'string', default: '3' },
        files: { type: 'string', default: '5000' },
        mib: { type: 'string', default: '1024' },
        only: { type: 'string', default: '' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return SMB_HELP;
    const [rounds, files, mib] = [values.rounds, values.files, values.mib].map(Number);
    if (!isCount(rounds, 1) || !isCount(files, 100) || !isCount(mib, 1)) {
      return `--rounds, --files (100 and more) and --mib are whole numbers\n\n${SMB_HELP}`;
    }
    return {
      folder: values.dir,
      rounds,
      files,
      bytes: mib * 2 ** 20,
      only: values.only,
      profiles: values.profile ?? null,
    };
  } catch (cause) {
    return `${cause instanceof Error ? cause.message : String(cause)}\n\n${SMB_HELP}`;
  }
}

function isCount(value: number | undefined, least: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

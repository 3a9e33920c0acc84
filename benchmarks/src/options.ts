import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Where the corpus and the targets lie while it runs. */
  readonly folder: string;
  readonly allowMemory: boolean;
  readonly rounds: number;
  readonly files: number;
  readonly bytes: number;
  /** Entries the planner is given; 0 leaves it out. */
  readonly entries: number;
  /** How often the start is measured; 0 leaves it out. */
  readonly starts: number;
}

export const HELP = `npm run bench -- [--dir DIR] [--allow-memory] [--rounds N] [--files N] [--mib N] [--entries N]
                     [--starts N]

  --dir DIR       where to work; the system's temporary folder otherwise
  --allow-memory  go on though DIR lies in memory, where flushing costs nothing
  --rounds N      how often everything is measured (3)
  --files N       files of the corpus (5000)
  --mib N         size of the corpus in MiB (1024)
  --entries N     entries for the planner (1000000); 0 leaves it out
  --starts N      how often the start of the CLI is measured (41); 0 leaves it out

npm run bench -- smb --help tells of shares, npm run bench -- k8s --help of pods.
`;

/** Reads the arguments; a text instead says what is wrong with them, or is the help. */
export function readOptions(args: readonly string[]): BenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        dir: { type: 'string', default: tmpdir() },
        'allow-memory': { type: 'boolean', default: false },
        rounds: { type: 'string', default: '3' },
        files: { type: 'string', default: '5000' },
        mib: { type: 'string', default: '1024' },
        entries: { type: 'string', default: '1000000' },
        starts: { type: 'string', default: '41' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return HELP;
    const [rounds, files, mib, entries, starts] = [
      values.rounds,
      values.files,
      values.mib,
      values.entries,
      values.starts,
    ].map(Number);
    const whole = isCount(rounds, 1) && isCount(files, 100) && isCount(mib, 1);
    if (!whole || !isCount(entries, 0) || !isCount(starts, 0)) {
      return `--rounds, --files (100 and more), --mib, --entries and --starts are whole numbers\n\n${HELP}`;
    }
    return {
      folder: values.dir,
      allowMemory: values['allow-memory'],
      rounds,
      files,
      bytes: mib * 2 ** 20,
      entries,
      starts,
    };
  } catch (cause) {
    return `${cause instanceof Error ? cause.message : String(cause)}\n\n${HELP}`;
  }
}

function isCount(value: number | undefined, least: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

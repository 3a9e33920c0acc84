import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export interface K8sBenchOptions {
  /** Where the corpus and the copies lie while it runs. */
  readonly folder: string;
  readonly allowMemory: boolean;
  readonly image: 'debian' | 'busybox';
  readonly rounds: number;
  readonly files: number;
  readonly bytes: number;
  /** Only tasks whose name has this in it; empty for all. */
  readonly only: string;
  /** Where Node's CPU profiles of ours go; null for none. */
  readonly profiles: string | null;
}

export const K8S_HELP = `npm run bench -- k8s [--dir DIR] [--allow-memory] [--image NAME] [--rounds N] [--files N]
                            [--mib N] [--only TASK] [--profile DIR]

  --dir DIR       where to copy to; the system's temporary folder otherwise
  --allow-memory  go on though DIR lies in memory, where flushing costs nothing
  --image NAME    the pod's userland: debian or busybox (debian)
  --rounds N      how often everything is measured (3)
  --files N       files of the corpus (5000)
  --mib N         size of the corpus in MiB (1024)
  --only TASK     tasks whose name has this in it: corpus for the three on the corpus, 256
  --profile DIR   also writes CPU profiles of sessionkeep; its times are then longer

KUBECONFIG names the cluster. A namespace is made there, and removed at the end.
`;

/** What `--only corpus` stands for is the three tasks on the corpus. */
export const CORPUS = 'corpus';

/** Reads the arguments; a text instead says what is wrong with them, or is the help. */
export function readK8sOptions(args: readonly string[]): K8sBenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        dir: { type: 'string', default: tmpdir() },
        'allow-memory': { type: 'boolean', default: false },
        image: { type: 'string', default: 'debian' },
        rounds: { type: 'string', default: '3' },
        files: { type: 'string', default: '5000' },
        mib: { type: 'string', default: '1024' },
        only: { type: 'string', default: '' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return K8S_HELP;
    const [rounds, files, mib] = [values.rounds, values.files, values.mib].map(Number);
    if (!isCount(rounds, 1) || !isCount(files, 100) || !isCount(mib, 1)) {
      return `--rounds, --files (100 and more) and --mib are whole numbers\n\n${K8S_HELP}`;
    }
    const { image } = values;
    if (image !== 'debian' && image !== 'busybox') return `--image is debian or busybox\n\n${K8S_HELP}`;
    return {
      folder: values.dir,
      allowMemory: values['allow-memory'],
      image,
      rounds,
      files,
      bytes: mib * 2 ** 20,
      only: values.only,
      profiles: values.profile ?? null,
    };
  } catch (cause) {
    return `${cause instanceof Error ? cause.message : String(cause)}\n\n${K8S_HELP}`;
  }
}

function isCount(value: number | undefined, least: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

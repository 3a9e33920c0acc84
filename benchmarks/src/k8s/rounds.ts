import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mutateFolder, planMutations, type CorpusPlan } from '@sessionkeep/testkit/corpus';
import { measure, type Measured } from '../measure.js';
import { rotated } from '../run-rounds.js';
import { archiveDifference, fileDifference, treeDifference } from '../smb/check.js';
import { folderOf, KUBECTL_CP, OURS, type Contender } from './contenders.js';
import { LARGE, LARGE_FILE, PROJECTS, putIntoPod, type PodFolders } from './pod-folder.js';
import type { Samples } from './summary.js';
import { CORPUS_TASKS, GROWN_FILES, LARGE_TASK, type TaskName } from './tasks.js';

export interface K8sRounds {
  readonly rounds: number;
  readonly contenders: readonly Contender[];
  readonly pod: PodFolders;
  /** What the corpus in the pod was made from; null leaves it out. */
  readonly plan: CorpusPlan | null;
  /** Whether the large file is in the pod. */
  readonly large: boolean;
  readonly scratch: string;
  readonly log: (line: string) => void;
}

/**
 * Measures all contenders in turn at each task, several times over, each into a folder of its own that is new in every round; who
 * begins changes from round to round. What each has copied is compared with what is in the pod. Nothing is removed meanwhile: a file
 * system that has just freed many files makes new ones slower, for whoever comes next.
 */
export async function runK8sRounds(options: K8sRounds): Promise<Samples> {
  const { contenders, pod, plan, large, log } = options;
  const samples: { task: TaskName; contender: string; samples: Measured[] }[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const task of [...(plan === null ? [] : CORPUS_TASKS), ...(large ? [LARGE_TASK] : [])]) {
      if (plan !== null && task === '50 grown') await grow(pod, plan, round + 1);
      for (const contender of rotated(contenders, round)) {
        const measured = await measureOne(options, { task, contender, round });
        if (measured === null) continue;
        const said = measured.failure?.split('\n').at(-1) ?? `${measured.seconds.toFixed(3)} s`;
        log(`round ${String(round + 1)}, ${task}, ${contender.name}: ${said}`);
        const known = samples.find((one) => one.task === task && one.contender === contender.name);
        if (known === undefined) samples.push({ task, contender: contender.name, samples: [measured] });
        else known.samples.push(measured);
      }
    }
  }
  return samples;
}

interface Turn {
  readonly task: TaskName;
  readonly contender: Contender;
  readonly round: number;
}

async function measureOne(
  { pod, scratch, contenders }: K8sRounds,
  { task, contender, round }: Turn,
): Promise<Measured | null> {
  const number = contenders.indexOf(contender);
  const target = join(scratch, `copy-${String(round)}-${String(number)}-${folderOf(task)}`);
  const command = contender.command({ task, pod, target });
  if (command === null) return null;
  mkdirSync(target, { recursive: true });
  const measured = await measure(command, scratch);
  if (measured.failure !== null) return measured;
  const source = join(pod.local, folderOf(task));
  const failure = differenceOf({ task, contender: contender.name, source, target });
  return failure === null ? measured : { ...measured, failure };
}

interface Copied {
  readonly task: TaskName;
  readonly contender: string;
  readonly source: string;
  readonly target: string;
}

/** Whoever did not do the work has no figures. */
function differenceOf({ task, contender, source, target }: Copied): string | null {
  if (contender === OURS) return archiveDifference(source, target);
  if (task === LARGE_TASK && contender === KUBECTL_CP) {
    return fileDifference(join(source, LARGE_FILE), join(target, 'large.jsonl'));
  }
  return treeDifference(source, target, { times: false });
}

/** Appends to files here, and puts them into the pod as they are then. */
async function grow(pod: PodFolders, plan: CorpusPlan, number: number): Promise<void> {
  const mutations = planMutations(plan, number, { grow: GROWN_FILES }, number);
  const grown = await mutateFolder(join(pod.local, PROJECTS), mutations);
  if (grown.isErr()) throw new Error(grown.error.message);
  putIntoPod(
    pod,
    mutations.map(({ path }) => join(PROJECTS, path)),
  );
}

/** What is put into the pod at the start. */
export function namesOf({ plan, large }: Pick<K8sRounds, 'plan' | 'large'>): readonly string[] {
  return [...(plan === null ? [] : [PROJECTS]), ...(large ? [LARGE] : [])];
}

import {
  isPath,
  planSteps,
  POSIX_NAMES,
  ROOT,
  type FileEntry,
  type LiveRecord,
  type PlanInput,
  type TargetEntry,
} from '@sessionkeep/core';

export interface PlannerFigures {
  readonly entries: number;
  readonly seconds: number;
  /** Largest resident memory of the process, the entries themselves included. */
  readonly peakBytes: number;
  readonly steps: number;
  readonly questions: number;
}

const NOW = 1_780_000_000_000_000_000n;

/** Plans so many entries: of a hundred one is new, one grew and one is only on the target. Run it in a process of its own. */
export function measurePlanner(entries: number): PlannerFigures {
  const input = inputOf(entries);
  const began = performance.now();
  let [steps, questions] = [0, 0];
  for (const planned of planSteps(input)) {
    if ('step' in planned) steps++;
    else questions += planned.questions.length;
  }
  const seconds = (performance.now() - began) / 1000;
  return { entries, seconds, peakBytes: process.resourceUsage().maxRSS * 1024, steps, questions };
}

function inputOf(entries: number): PlanInput {
  const files: FileEntry[] = [];
  const records: LiveRecord[] = [];
  const target: TargetEntry[] = [];
  for (let index = 0; index < entries; index++) {
    const number = String(index).padStart(8, '0');
    const name = `-home-anna-code-project-${number.slice(0, 5)}/2f0c9a1e-0000-4000-8000-0000${number}.jsonl`;
    const path = isPath(name) ? name : ROOT;
    const facts = {
      path,
      size: 1000 + index,
      mtime: NOW - BigInt(index) * 1_000_000_000n - 1_000_000_000_000n,
    };
    const part = index % 100;
    if (part !== 0)
      files.push({ kind: 'file', identity: number, ...facts, size: facts.size + (part === 1 ? 500 : 0) });
    if (part === 2) continue;
    const sha256 = number.repeat(8);
    records.push({ ...facts, targetMtime: facts.mtime, sha256, status: 'live', gone: false });
    target.push(facts);
  }
  return {
    source: { files, refused: [], unreadable: [], complete: true, covers: () => true },
    records,
    target,
    rules: POSIX_NAMES,
    policy: { checksum: false, now: NOW, timeStep: 1n },
  };
}

import type { MemoryDisk } from '@sessionkeep/testkit';
import { withFaults } from '@sessionkeep/testkit';
import { backup, createMemoryDisk, LIVE, SMALL, SMALL_WRITES, sourceOf } from './scenario.js';

/** Until the run itself, one segment will do. */
const LONG = { segmentBytes: 1e6 };

const OLD = 1_750_000_000_000_000_000n;

/** A source and a target just before a run in which about everything happens. */
export interface Eventful {
  readonly source: MemoryDisk;
  readonly target: MemoryDisk;
  /** Files that somebody harmed in the archive: the only ones that a run may raise an alarm about. */
  readonly harmed: readonly string[];
}

/** Longer than a chunk and than what is published at once. */
const long = (word: string): string => `${word} `.repeat(6);

/**
 * Makes the two disks. The run that follows copies, appends, supersedes (also a rewrite whose version is there already),
 * restamps, mends, adopts, claims what a crash left, notes files gone and back, and rolls the ledger over.
 */
export async function eventful(): Promise<Eventful> {
  const source = sourceOf({
    'same.jsonl': 'same',
    'grow.jsonl': 'grow',
    'grow-long.jsonl': long('grow'),
    'rewrite.jsonl': 'rewrite',
    'rewrite-long.jsonl': long('rewrite'),
    'abab.jsonl': 'A',
    'touch.jsonl': 'touch',
    'missing.jsonl': 'missing',
    'missing-long.jsonl': long('missing'),
    'short.jsonl': long('short'),
    'short-grown.jsonl': long('short-grown'),
    'claimed.jsonl': 'claimed',
    'claimed-part.jsonl': 'claimed',
    'open.jsonl': 'open',
    'halfway.jsonl': 'halfway',
    'gone.jsonl': 'gone',
    'back.jsonl': 'back',
    'folder/deep/kept.jsonl': 'kept',
  });
  let target = createMemoryDisk();
  const run = () => backup(source, target.transport(SMALL_WRITES), { ...SMALL, ...LONG });
  await run();
  source.replace('-home/abab.jsonl', 'B B');
  source.remove('-home/back.jsonl');
  await run();
  source.replace('-home/abab.jsonl', 'A');
  await run();

  // Crashes before the two renames of a rewrite.
  for (const [at, path] of [
    [1, 'open.jsonl'],
    [2, 'halfway.jsonl'],
  ] as const) {
    source.replace(`-home/${path}`, long('reopened'));
    const plan = { at, fault: { kind: 'stop' }, only: ['rename'] } as const;
    await backup(source, withFaults(target.transport(SMALL_WRITES), plan), { ...SMALL, ...LONG, lanes: 1 });
    target = target.crash({ lose: 'nothing' });
  }

  source.append('-home/grow.jsonl', ' more');
  source.append('-home/grow-long.jsonl', long('more'));
  source.replace('-home/rewrite.jsonl', 'REWRITTEN');
  source.replace('-home/rewrite-long.jsonl', long('REWRITTEN'));
  source.replace('-home/abab.jsonl', 'B B');
  source.touch('-home/touch.jsonl', OLD);
  source.append('-home/short-grown.jsonl', long('more'));
  source.append('-home/claimed.jsonl', ' and this');
  source.append('-home/claimed-part.jsonl', ' and this');
  source.remove('-home/gone.jsonl');
  source.write('-home/back.jsonl', 'back again');
  source.write('-home/new.jsonl', 'new');
  source.write('-home/new-long.jsonl', long('new'));
  source.write('-home/empty.jsonl', '');
  source.write('-home/fresh/folder/new.jsonl', 'new');
  source.write('-home/fresh/folder/new-long.jsonl', long('new'));
  source.write('-home/adopt.jsonl', 'adopt');
  source.write('-home/adopt-part.jsonl', 'adopt the rest');
  source.write('-home/other.jsonl', 'other');
  target.append(`${LIVE}/claimed.jsonl`, ' and this');
  target.append(`${LIVE}/claimed-part.jsonl`, ' and');
  target.write(`${LIVE}/adopt.jsonl`, 'adopt');
  target.write(`${LIVE}/adopt-part.jsonl`, 'adopt');
  target.write(`${LIVE}/other.jsonl`, 'somebody else put this here');
  target.write(`${LIVE}/gone-before.jsonl`, 'rsync had kept this');
  target.remove(`${LIVE}/missing.jsonl`);
  target.remove(`${LIVE}/missing-long.jsonl`);
  target.truncate(`${LIVE}/short.jsonl`, 20);
  target.truncate(`${LIVE}/short-grown.jsonl`, 20);
  const harmed = ['missing.jsonl', 'missing-long.jsonl', 'short.jsonl', 'short-grown.jsonl'];
  return { source, target, harmed };
}

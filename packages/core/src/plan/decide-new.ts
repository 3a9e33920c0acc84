import type { FileEntry } from '../manifest/entry.js';
import { copyOf, decision, type Decision } from './decision.js';
import type { Inquiry } from './question.js';
import { sameTime, type Policy, type Situation } from './situation.js';
import type { Op, Step, TargetEntry } from './step.js';

/** The second table's rows for a path that the ledger does not know. */
export function decideNew(situation: Situation, policy: Policy, inquiry: Inquiry): Decision | null {
  const { source, target, absence } = situation;
  if (source !== null) {
    return target === null ? copy(source) : beside(source, target, policy, inquiry);
  }
  if (target === null || absence !== 'absent')
    return decision('left', absence === 'unmapped' ? 'not-mapped' : 'not-readable');
  const sha256 = inquiry.digest('target', target.size);
  if (sha256 === null) return null;
  return decision('retained', 'deleted-at-source', [
    adopted(target, sha256, target.mtime),
    { do: 'note', as: 'gone' },
  ]);
}

/** The step of a file that neither the ledger nor the target knows: its entry says all there is to say. */
export function copyStep(source: FileEntry): Step {
  return { path: source.path, ...copy(source), source };
}

function copy(source: FileEntry): Decision {
  return decision('copied', 'new', [copyOf(source)], { bytes: source.size });
}

/** A file is there that no line speaks of: the same, its beginning, or another. */
function beside(source: FileEntry, target: TargetEntry, policy: Policy, inquiry: Inquiry): Decision | null {
  const prefix = target.size <= source.size ? inquiry.same(target.size) : false;
  const sha256 = inquiry.digest('target', target.size);
  if (prefix === null || sha256 === null) return null;
  if (prefix && target.size === source.size) {
    const stamp = !sameTime(source.mtime, target.mtime, policy.timeStep);
    return decision('adopted', 'already-there', [adopted(target, sha256, source.mtime, stamp)]);
  }
  const { size, mtime } = source;
  if (prefix) {
    const rest: Op = { do: 'fill', as: 'grown', from: target.size, size, mtime, expect: null };
    return decision('adopted', 'partly-there', [adopted(target, sha256, target.mtime), rest], {
      bytes: size - target.size,
    });
  }
  const aside: Op = { do: 'aside', size: target.size, sha256, lost: false, move: true, recorded: false };
  return decision(
    'superseded',
    'other-file-there',
    [adopted(target, sha256, target.mtime), aside, copyOf(source)],
    { bytes: size },
  );
}

function adopted(target: TargetEntry, sha256: string, mtime: bigint, stamp = false): Op {
  return { do: 'record', as: 'adopted', size: target.size, sha256, mtime, stamp };
}

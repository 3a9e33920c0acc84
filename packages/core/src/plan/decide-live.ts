import type { FileEntry } from '../manifest/entry.js';
import type { LiveRecord } from '../ledger/line.js';
import type { Inquiry } from './question.js';
import type { Policy, Situation } from './situation.js';
import { sourceState, type SourceState } from './source-state.js';
import type { Op, TargetEntry } from './step.js';
import { targetState } from './target-state.js';
import { copyOf, decision, foundAside, NOTHING, type Decision } from './decision.js';

/** The first table: a path with a live record. Null while a question is open. */
export function decideLive(
  situation: Situation,
  record: LiveRecord,
  policy: Policy,
  inquiry: Inquiry,
): Decision | null {
  const { source, target } = situation;
  if (source === null) return withoutSource(situation, record, policy, inquiry);
  const state = sourceState(source, record, policy, inquiry);
  if (state === null) return null;
  return withSource({ source, state, record, target, policy, inquiry });
}

interface Cell {
  readonly source: FileEntry;
  readonly state: SourceState;
  readonly record: LiveRecord;
  readonly target: TargetEntry | null;
  readonly policy: Policy;
  readonly inquiry: Inquiry;
}

function withSource(cell: Cell): Decision | null {
  const { source, state, record, target, policy, inquiry } = cell;
  const there = targetState({ entry: source, state }, record, target, policy, inquiry);
  if (there === null) return null;
  if (there === 'odd' && target !== null) return found(cell, target);
  switch (state) {
    case 'same':
      if (there === 'ok') return decision('unchanged', 'unchanged');
      return there === 'stamped'
        ? decision('restamped', 'touched-in-archive', [{ do: 'restamp', mtime: source.mtime }])
        : mend(cell, 'restamped');
    case 'touched':
      return there === 'ok' || there === 'stamped'
        ? decision('restamped', 'touched', [{ do: 'restamp', mtime: source.mtime }])
        : mend(cell, 'restamped');
    case 'extends':
      return there === 'short' ? mend(cell, 'grown') : extend(cell);
    case 'differs':
      if (there === 'ok' || there === 'stamped') return supersede(cell);
      return there === 'new' && target !== null ? adoptNew(cell, target) : replaceLost(cell);
  }
}

/** The target lost bytes that the source still has. */
function mend({ source, record, target }: Cell, as: 'restamped' | 'grown'): Decision {
  const from = target === null ? null : target.size;
  const size = as === 'restamped' ? record.size : source.size;
  const expect = as === 'restamped' ? record.sha256 : null;
  const reason = target === null ? 'missing-in-archive' : 'short-in-archive';
  const fill: Op = { do: 'fill', as, from, size, mtime: source.mtime, expect };
  return decision('mended', reason, [fill], { alarm: true, bytes: size - (from ?? 0) });
}

/** The log has grown; what a crash left behind the record is claimed first. */
function extend({ source, record, target, inquiry }: Cell): Decision | null {
  const from = target?.size ?? record.size;
  const reason = from > record.size ? 'crash-left-bytes' : 'grew';
  if (from < source.size) {
    const fill: Op = { do: 'fill', as: 'grown', from, size: source.size, mtime: source.mtime, expect: null };
    return decision('appended', reason, [fill], { bytes: source.size - from });
  }
  const sha256 = inquiry.digest('source', source.size);
  if (sha256 === null) return null;
  return decision('appended', reason, [
    { do: 'record', as: 'grown', size: source.size, sha256, mtime: source.mtime, stamp: true },
  ]);
}

function supersede({ source, record }: Cell): Decision {
  return decision(
    'superseded',
    'rewritten',
    [
      { do: 'aside', size: record.size, sha256: record.sha256, lost: false, move: true, recorded: false },
      copyOf(source),
    ],
    { bytes: source.size },
  );
}

/** Rewritten at the source, and the archive has the new bytes already but not the recorded ones. */
function adoptNew({ source, inquiry }: Cell, target: TargetEntry): Decision | null {
  const sha256 = inquiry.digest('target', target.size);
  if (sha256 === null) return null;
  return decision(
    'adopted',
    'lost-in-archive',
    [
      { do: 'aside', size: target.size, sha256, lost: true, move: false, recorded: false },
      { do: 'record', as: 'adopted', size: target.size, sha256, mtime: source.mtime, stamp: true },
    ],
    { alarm: true },
  );
}

/** Rewritten at the source, and what was recorded is not in the archive any more. */
function replaceLost({ source, target, inquiry }: Cell): Decision | null {
  const from = target === null ? null : target.size;
  const sha256 = inquiry.digest('target', from ?? 0);
  if (sha256 === null) return null;
  const fill: Op = { do: 'fill', as: 'kept', from, size: source.size, mtime: source.mtime, expect: null };
  return decision(
    'superseded',
    'lost-in-archive',
    [{ do: 'aside', size: from ?? 0, sha256, lost: true, move: false, recorded: false }, fill],
    { alarm: true, bytes: source.size - (from ?? 0) },
  );
}

/** The archive holds bytes that nobody recorded: put aside as they are, then copied anew. */
function found({ source, record, inquiry }: Cell, target: TargetEntry): Decision | null {
  const aside = foundAside(record, target, inquiry);
  if (aside === null) return null;
  return decision('superseded', 'changed-in-archive', [aside, copyOf(source)], {
    alarm: true,
    bytes: source.size,
  });
}

function withoutSource(
  { target, absence }: Situation,
  record: LiveRecord,
  policy: Policy,
  inquiry: Inquiry,
): Decision | null {
  const there = targetState(null, record, target, policy, inquiry);
  if (there === null) return null;
  const absent = absence === 'absent';
  const gone: readonly Op[] = absent && !record.gone ? [{ do: 'note', as: 'gone' }] : NOTHING;
  const reason = absent ? 'deleted-at-source' : absence === 'unreadable' ? 'not-readable' : 'not-mapped';
  if (there === 'ok' || (there === 'ahead' && !absent)) return decision('retained', reason, gone);
  if (there === 'stamped')
    return decision('retained', 'touched-in-archive', [{ do: 'restamp', mtime: record.mtime }, ...gone]);
  if (there === 'ahead' && target !== null) {
    const sha256 = inquiry.digest('target', target.size);
    if (sha256 === null) return null;
    const claim: Op = {
      do: 'record',
      as: 'grown',
      size: target.size,
      sha256,
      mtime: record.mtime,
      stamp: false,
    };
    return decision('retained', 'crash-left-bytes', [claim, ...gone]);
  }
  const lostReason = target === null ? 'missing-in-archive' : 'changed-in-archive';
  if (absent && target === null) {
    const present = inquiry.version(record.sha256, record.size);
    if (present === null) return null;
    if (present) {
      const { size, sha256, mtime } = record;
      return decision(
        'retained',
        lostReason,
        [{ do: 'putBack', as: 'restamped', size, sha256, mtime }, ...gone],
        { alarm: true },
      );
    }
  }
  return decision('damaged', lostReason, gone, { alarm: true });
}

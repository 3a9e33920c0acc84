import type { LiveRecord } from '../ledger/line.js';
import { copyOf, decision, foundAside, NOTHING, type Decision } from './decision.js';
import type { Inquiry } from './question.js';
import type { Situation } from './situation.js';
import type { Op } from './step.js';

/** The second table's rows for a generation that has ended without a new one: a rewrite was cut off. */
export function decideAside(situation: Situation, record: LiveRecord, inquiry: Inquiry): Decision | null {
  const aside = record.aside ?? { size: record.size, sha256: record.sha256, lost: false };
  const asideIsLive = holdsAside(situation, aside, inquiry);
  if (asideIsLive === null) return null;
  return situation.source === null
    ? withoutSource(situation, record, aside, asideIsLive, inquiry)
    : withSource(situation, record, aside, asideIsLive, inquiry);
}

type Aside = NonNullable<LiveRecord['aside']>;

function holdsAside({ target }: Situation, aside: Aside, inquiry: Inquiry): boolean | null {
  if (target?.size !== aside.size) return false;
  const digest = inquiry.digest('target', target.size);
  return digest === null ? null : digest === aside.sha256;
}

function withSource(
  { source, target }: Situation,
  record: LiveRecord,
  aside: Aside,
  asideIsLive: boolean,
  inquiry: Inquiry,
): Decision | null {
  if (source === null) return null;
  const copy = copyOf(source);
  if (asideIsLive && !aside.lost) {
    const { size, sha256 } = aside;
    const resume: Op = { do: 'aside', size, sha256, lost: false, move: true, recorded: true };
    return decision('superseded', 'crash-left-rewrite', [resume, copy], { bytes: source.size });
  }
  if (target !== null && target.size === source.size) {
    const same = inquiry.same(source.size);
    if (same === null) return null;
    if (same) return keepAsIs(source, target.size, aside, inquiry);
  }
  if (target === null) {
    const safe = versionSafe(aside, inquiry);
    if (safe === null) return null;
    return decision('superseded', safe ? 'crash-left-rewrite' : 'lost-version', [copy], {
      alarm: !safe,
      bytes: source.size,
    });
  }
  if (aside.lost && target.size < source.size) {
    const prefix = inquiry.same(target.size);
    if (prefix === null) return null;
    if (prefix) {
      const fill: Op = { ...copy, from: target.size };
      return decision('superseded', 'crash-left-rewrite', [fill], { bytes: source.size - target.size });
    }
  }
  const found = foundAside(record, target, inquiry);
  return (
    found && decision('superseded', 'changed-in-archive', [found, copy], { alarm: true, bytes: source.size })
  );
}

/** The new bytes are in place already: only their line is missing. */
function keepAsIs(
  source: NonNullable<Situation['source']>,
  size: number,
  aside: Aside,
  inquiry: Inquiry,
): Decision | null {
  const sha256 = inquiry.digest('target', size);
  const safe = versionSafe(aside, inquiry);
  if (sha256 === null || safe === null) return null;
  const kept: Op = { do: 'record', as: 'kept', size, sha256, mtime: source.mtime, stamp: true };
  return decision('superseded', safe ? 'crash-left-rewrite' : 'lost-version', [kept], { alarm: !safe });
}

/** Whether what was put aside is where its line says; what was lost before is not missed again. */
function versionSafe(aside: Aside, inquiry: Inquiry): boolean | null {
  return aside.lost || inquiry.version(aside.sha256, aside.size);
}

function withoutSource(
  { target, absence }: Situation,
  record: LiveRecord,
  aside: Aside,
  asideIsLive: boolean,
  inquiry: Inquiry,
): Decision | null {
  const absent = absence === 'absent';
  const gone: readonly Op[] = absent && !record.gone ? [{ do: 'note', as: 'gone' }] : NOTHING;
  const { size, sha256 } = aside;
  if (asideIsLive) {
    const kept: Op = { do: 'record', as: 'kept', size, sha256, mtime: record.mtime, stamp: false };
    return decision('retained', 'crash-left-rewrite', [kept, ...gone]);
  }
  if (target === null) {
    const present = inquiry.version(sha256, size);
    if (present === null) return null;
    if (present) {
      const putBack: Op = { do: 'putBack', as: 'kept', size, sha256, mtime: record.mtime };
      return decision('retained', 'crash-left-rewrite', [putBack, ...gone]);
    }
  }
  if (target === null) return decision('damaged', 'missing-in-archive', gone, { alarm: true });
  const safe = versionSafe(aside, inquiry);
  if (safe === null) return null;
  if (!safe) return decision('damaged', 'changed-in-archive', gone, { alarm: true });
  // What was put aside is safe, so this is the rewrite itself: in place, and deleted at the source before its line was written.
  const found = inquiry.digest('target', target.size);
  if (found === null) return null;
  const { size: bytes, mtime } = target;
  const adopt: Op = { do: 'record', as: 'adopted', size: bytes, sha256: found, mtime, stamp: false };
  return decision('retained', 'crash-left-rewrite', [adopt, ...gone]);
}

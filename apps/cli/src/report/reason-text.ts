import type { Reason } from '@sessionkeep/core';

export interface ReasonText {
  /** Why, as a part of a sentence. */
  readonly why: string;
  /** What a person can do about it. */
  readonly todo?: string;
}

const LEAVE_OUT = 'remove it, or leave it out by exclude:';

/** Every reason of the planner, in words. */
const REASON_TEXT: Readonly<Record<Reason, ReasonText>> = {
  unchanged: { why: 'nothing changed' },
  new: { why: 'new' },
  grew: { why: 'grew' },
  rewritten: { why: 'rewritten at the source; the old bytes are kept as a version' },
  touched: { why: 'same bytes, other time' },
  'touched-in-archive': { why: 'same bytes, other time in the archive' },
  'already-there': { why: 'was in the archive already, byte for byte' },
  'partly-there': { why: 'its beginning was in the archive already' },
  'other-file-there': { why: 'another file was in the archive under this name; it is kept as a version' },
  'crash-left-bytes': { why: 'a run that was stopped had written it, and had not recorded it yet' },
  'crash-left-rewrite': { why: 'a run that was stopped had begun to replace it' },
  'missing-in-archive': { why: 'was missing in the archive', todo: 'find out who removed it there' },
  'short-in-archive': { why: 'was cut short in the archive', todo: 'find out who or what cut it there' },
  'changed-in-archive': {
    why: 'was changed in the archive; what was found is kept as a version',
    todo: 'find out who edits the archive',
  },
  'lost-in-archive': {
    why: 'the kept bytes are lost in the archive, and the source has others',
    todo: 'bring them back from a copy of the archive',
  },
  'lost-version': {
    why: 'an old version is lost in the archive',
    todo: 'bring it back from a copy of the archive',
  },
  'deleted-at-source': { why: 'deleted at the source; stays in the archive' },
  'not-readable': {
    why: 'cannot be read at the source now; stays in the archive',
    todo: 'check its permissions',
  },
  'not-mapped': { why: 'not among the project folders of this run; stays in the archive' },
  pruned: { why: 'was pruned by name; not copied again' },
  'link-out': {
    why: 'a link that leads out of the source',
    todo: 'put the file itself there, or leave it out by exclude:',
  },
  'link-folder': {
    why: 'a link to a folder',
    todo: 'put the folder itself there, or leave it out by exclude:',
  },
  'link-broken': { why: 'a link that leads nowhere', todo: 'remove the link' },
  socket: { why: 'a socket, no file', todo: LEAVE_OUT },
  pipe: { why: 'a named pipe, no file', todo: LEAVE_OUT },
  device: { why: 'a device, no file', todo: LEAVE_OUT },
  'name-not-utf8': { why: 'its name is no valid UTF-8', todo: 'rename it' },
  'name-unsafe': { why: 'its name cannot be trusted', todo: 'rename it' },
  'name-not-storable': { why: 'the archive cannot hold its name', todo: 'rename it, or use another target' },
  'name-collision': {
    why: 'the archive cannot tell its name from that of another file',
    todo: 'rename one of them, or use another target',
  },
  'file-and-folder': {
    why: 'a file in the archive has the name of a folder at the source, or the other way round',
    todo: 'rename one of them',
  },
  'ask-failed': { why: 'it could not be read to be compared', todo: 'run again' },
  'source-changed-since-plan': {
    why: 'changed at the source since the plan was made',
    todo: 'back it up without the plan, or make a new one',
  },
  'archive-changed-since-plan': {
    why: 'changed in the archive since the plan was made',
    todo: 'back it up without the plan, or make a new one',
  },
  'not-as-planned': {
    why: 'a backup would do something else with it than the plan says',
    todo: 'back it up without the plan, or make a new one',
  },
};

/** What verify and restore find, in words. */
const OUTCOME_TEXT: Readonly<Record<string, ReasonText>> = {
  divergent: {
    why: 'the source has other bytes under the recorded size and time',
    todo: 'one of the two is damaged: compare them before the next backup',
  },
  missing: { why: 'recorded, and not in the archive', todo: 'a backup mends it if the source still has it' },
  corrupt: {
    why: 'the archive has other bytes than were recorded',
    todo: 'a backup mends it if the source still has them',
  },
  lost: {
    why: 'its bytes were lost in the archive before',
    todo: 'bring them back from a copy of the archive',
  },
  elsewhere: { why: 'the session last lived in another project folder, and is restored there' },
};

/** The words for an outcome and its reason; a reason that is in no table stands for itself. */
export function reasonText(outcome: string, reason: string | undefined): ReasonText {
  if (reason === undefined) return OUTCOME_TEXT[outcome] ?? { why: '' };
  return Object.hasOwn(REASON_TEXT, reason) ? REASON_TEXT[reason as Reason] : { why: reason };
}

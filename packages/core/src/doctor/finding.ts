import type { KeepError } from '../error/keep-error.js';
import { printable } from '../path/printable.js';

/** What is looked at in a place, in the order in which one thing needs another. */
export type ExamineStep =
  | 'config'
  | 'secret'
  | 'mount'
  | 'privacy'
  | 'name'
  | 'port'
  | 'dialect'
  | 'sign-in'
  | 'signing'
  | 'encryption'
  | 'share'
  | 'cluster'
  | 'rights'
  | 'pods'
  | 'tools'
  | 'space'
  | 'folder'
  | 'write'
  | 'read'
  | 'rename'
  | 'time'
  | 'clock'
  | 'names'
  | 'links'
  | 'delete'
  | 'owner'
  | 'files'
  | 'unsaved'
  | 'retention';

/** What was found out at one step. */
export interface Finding {
  readonly step: ExamineStep;
  /** `odd`: works, and a person should know how. */
  readonly outcome: 'fine' | 'odd' | 'failed';
  /** In one line, safe for a terminal. */
  readonly says: string;
  /** What to do, where there is something to do. */
  readonly hint?: string;
  /** What the hint speaks of: a file, as it is to be written. */
  readonly file?: string;
  /** The same in numbers, for programs: `free` and `total` bytes, how many files. */
  readonly facts?: Readonly<Record<string, number | string | null>>;
}

/** Each step's title for people, and what to do where its error does not say it better. */
export const EXAMINE_STEPS: Readonly<Record<ExamineStep, { readonly title: string; readonly hint: string }>> =
  {
    config: { title: 'config', hint: 'have it changed by nobody but you' },
    secret: { title: 'password', hint: 'let nobody but you read it' },
    mount: { title: 'mounted', hint: 'mount the share or the disk' },
    privacy: { title: 'privacy', hint: 'allow it in the system settings' },
    name: {
      title: 'name',
      hint: 'check the name of the host, and that this machine asks the right name service',
    },
    port: { title: 'port', hint: 'check that the server runs, the port, and firewalls on the way' },
    dialect: { title: 'dialect', hint: 'switch SMB 2.1 or a later version on at the server' },
    'sign-in': { title: 'signed in', hint: 'check user name, domain and password' },
    signing: {
      title: 'signing',
      hint: 'switch signing on at the server, or write signing: if-offered into the configuration',
    },
    encryption: {
      title: 'encryption',
      hint: 'switch encryption on at the server, or write encryption: if-offered into the configuration',
    },
    share: { title: 'share', hint: 'check the name of the share, and that this user may use it' },
    cluster: { title: 'cluster', hint: 'check the context of the kubeconfig, and the way to its server' },
    rights: { title: 'rights', hint: 'have the rights given that are missing' },
    pods: { title: 'pods', hint: 'check the namespace and the name, and that a pod is ready' },
    tools: { title: 'tools', hint: 'check that the image has a shell' },
    space: { title: 'free space', hint: 'free space, or raise the quota' },
    folder: { title: 'folder', hint: 'check the path, and that this user may read it' },
    write: { title: 'write', hint: 'check that this user may write there' },
    read: { title: 'read', hint: 'check that this user may read there, and the health of the disk' },
    rename: { title: 'rename', hint: 'check that this user may rename and delete there' },
    time: { title: 'set time', hint: 'check that this user may change attributes there' },
    clock: {
      title: 'clock',
      hint: 'set the clocks of both machines by a time service: ages are wrong by as much',
    },
    names: { title: 'names', hint: 'check that this user may write there' },
    links: { title: 'links', hint: 'nothing need be done: files are published by renaming' },
    delete: { title: 'delete', hint: 'check that this user may delete there; remove the probe by hand' },
    owner: { title: 'owner', hint: 'run every backup as one user' },
    files: { title: 'readable', hint: 'check that this user may read all of it' },
    unsaved: { title: 'unsaved', hint: 'run sessionkeep backup' },
    retention: { title: 'retention', hint: 'run sessionkeep backup, and raise cleanupPeriodDays' },
  };

/** A step that did not work. */
export function failedFinding(step: ExamineStep, error: KeepError): Finding {
  const hint = error.hint ?? EXAMINE_STEPS[step].hint;
  return { step, outcome: 'failed', says: printable(error.message), hint };
}

/** A step that worked. */
export function fineFinding(step: ExamineStep, says: string): Finding {
  return { step, outcome: 'fine', says: printable(says) };
}

/** How much is free; little is odd, and nothing has failed. In bytes. */
export function spaceFinding(free: number, total: number): Finding {
  const says = `${inUnits(free)} of ${inUnits(total)}`;
  const facts = { free, total };
  if (free <= 0) return { ...oddFinding('space', 'none'), outcome: 'failed', facts };
  return { ...(free < LITTLE ? oddFinding('space', says) : fineFinding('space', says)), facts };
}

const LITTLE = 1e9;

const SECOND = 1_000_000_000n;
/** So far apart ages are shown wrongly. */
const APART = 5n * 60n * SECOND;

/** How far a place's clock is ahead of this machine's, in nanoseconds; it may lie behind. */
export function clockFinding(offset: bigint): Finding {
  const size = offset < 0n ? -offset : offset;
  const facts = { aheadSeconds: Number(offset / SECOND) };
  if (size < SECOND) return { ...fineFinding('clock', 'within a second of this machine’s'), facts };
  const seconds = ((size + SECOND / 2n) / SECOND).toString();
  const says = `${seconds} s ${offset > 0n ? 'ahead of' : 'behind'} this machine’s`;
  return { ...(size < APART ? fineFinding('clock', says) : oddFinding('clock', says)), facts };
}

function inUnits(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** A step that worked in a way that a person should know of. */
export function oddFinding(step: ExamineStep, says: string, hint = EXAMINE_STEPS[step].hint): Finding {
  return { step, outcome: 'odd', says: printable(says), hint };
}

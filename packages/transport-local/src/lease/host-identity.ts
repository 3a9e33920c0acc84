import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, platform } from 'node:os';

/** What tells whether a process named in a lock can be looked for from here; null where the system does not say. */
export interface HostIdentity {
  readonly hostname: string;
  /** Differs after every start of the machine, and between machines of one name. */
  readonly boot: string | null;
  /** Process ids mean something only within it (Linux). */
  readonly pidNamespace: string | null;
}

let known: HostIdentity | null = null;

/** This process's own. Asked of the system once. */
export function hostIdentity(): HostIdentity {
  known ??= {
    hostname: hostname(),
    boot:
      platform() === 'darwin'
        ? darwinBoot()
        : read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    pidNamespace: platform() === 'darwin' ? 'darwin' : read(() => readlinkSync('/proc/self/ns/pid')),
  };
  return known;
}

/** True only when a process id of the one means the same process to the other. */
export function sharesProcesses(a: HostIdentity, b: HostIdentity): boolean {
  if (a.boot === null || a.pidNamespace === null) return false;
  return a.hostname === b.hostname && a.boot === b.boot && a.pidNamespace === b.pidNamespace;
}

let ownStart: string | null = null;

/** When this process began, in a form that only equality is asked of; null where it cannot be told. Asked of the system once. */
export function thisProcessStart(): string | null {
  ownStart ??= processState(process.pid)?.start ?? null;
  return ownStart;
}

/** Whether a process of this host, begun when the lock says, is alive. Unsure counts as alive. */
export function isAlive(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // EPERM: it lives, and belongs to somebody else.
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  const state = processState(pid);
  if (state === null) return true;
  return !state.ended && (start === null || start === state.start);
}

/** Fields 3 and 22 of proc(5)'s `stat`; the name before them may hold anything, a closing bracket too. */
function processState(pid: number): { start: string; ended: boolean } | null {
  const text = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state] = fields;
  const start = fields[19];
  if (state === undefined || start === undefined) return null;
  return { start, ended: state === 'Z' || state === 'X' };
}

function darwinBoot(): string | null {
  // Read when it is needed: elsewhere it would cost every start some milliseconds.
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  return read(() =>
    execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8', timeout: 2000 }),
  );
}

function read(source: () => string): string | null {
  try {
    const text = source().trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

import { readFileSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import type { KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { systemFailure } from './failure.js';
import { nodeSha256 } from './node-sha256.js';

/**
 * Says which machine and folder a local source is, the same every time: `local:<machine>:<real path>`. A ledger is bound to it, so
 * that two laptops which both call themselves `local` cannot mix. The machine's id (its host name where it has none) is
 * hashed, since it is nobody's business.
 *
 * `not-found` when `root` is not there; other errors as the system reports them.
 *
 * @param root path of an existing folder
 * @param machine what tells this machine from others; its own id when not given
 * @example
 * import { localOrigin } from '@sessionkeep/transport-local';
 *
 * const origin = localOrigin('/Users/anna/.claude/projects'); // ok('local:5f1c…:/Users/anna/.claude/projects')
 */
export function localOrigin(root: string, machine: string = machineId()): Result<string, KeepError> {
  try {
    return ok(`local:${nodeSha256.of(machine).slice(0, 16)}:${realpathSync.native(root)}`);
  } catch (cause) {
    return err(systemFailure({ transport: root, operation: 'find', path: '' }, cause));
  }
}

function machineId(): string {
  const id = process.platform === 'darwin' ? platformUuid() : linuxMachineId();
  return id ?? hostname();
}

function linuxMachineId(): string | null {
  for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const id = attempt(() => readFileSync(file, 'utf8').trim());
    if (id !== null && id !== '') return id;
  }
  return null;
}

function platformUuid(): string | null {
  // Read when it is needed: elsewhere it would cost every start some milliseconds.
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const listing = attempt(() =>
    execFileSync('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'], {
      encoding: 'utf8',
      timeout: 5000,
    }),
  );
  return /"IOPlatformUUID" = "([^"]+)"/.exec(listing ?? '')?.[1] ?? null;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

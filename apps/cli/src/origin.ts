import { nodeSha256 } from '@sessionkeep/transport-local';
import { readFileSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Says which machine and folder a local source is: two laptops that both call theirs `local` must not mix. The machine's
 * id is hashed, since it is nobody's business. `root` is an existing folder.
 */
export function localOrigin(root: string, machine: string = machineId()): string {
  return `local:${nodeSha256.of(machine).slice(0, 16)}:${realpathSync.native(root)}`;
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

import type { Answer, LeaseHolder, Sha256 } from '@sessionkeep/core';
import {
  NO_MEMORY,
  openArchive,
  openMemory,
  thisRun,
  type Archive,
  type Memory,
} from '@sessionkeep/transfer';
import { nodeSha256, openLocalTransport } from '@sessionkeep/transport-local';
import { err } from 'neverthrow';
import { join } from 'node:path';
import type { Context } from '../context.js';
import type { SelectedTarget } from '../select/select-targets.js';

/** What the engine is handed by this program, made once a run. */
export interface Engine {
  readonly memory: Memory;
  readonly sha256: Sha256;
  readonly holder: LeaseHolder;
  readonly version: string;
  readonly signal: AbortSignal;
}

export async function startEngine(context: Context): Promise<Engine> {
  const { env, home, hostname, version, signal, now } = context;
  const state = env['XDG_STATE_HOME'] ?? '';
  const folder = join(state === '' ? join(home, '.local', 'state') : state, 'sessionkeep');
  const memory = (await openLocalTransport({ root: folder })).match(
    (transport) => openMemory(transport, nodeSha256),
    // A machine that cannot remember can still back up.
    () => NO_MEMORY,
  );
  return {
    memory,
    sha256: nodeSha256,
    holder: { ...thisRun(now()), host: hostname },
    version,
    signal,
  };
}

export interface OpenTargetOptions {
  /** Make the archive where there is none yet. */
  readonly create: boolean;
  readonly rebind?: boolean;
}

/** Opens the archive of a target; whoever opened it closes its transport. */
export async function openTarget(
  engine: Engine,
  target: SelectedTarget,
  options: OpenTargetOptions,
): Answer<Archive> {
  const transport = await openLocalTransport({ root: target.path });
  if (transport.isErr()) return err(transport.error);
  const archive = await openArchive({
    target: transport.value,
    memory: engine.memory,
    sha256: engine.sha256,
    create: options.create,
    rebind: options.rebind ?? false,
    ...(target.id !== null && { pinnedId: target.id }),
  });
  if (archive.isErr()) await transport.value.close();
  return archive;
}

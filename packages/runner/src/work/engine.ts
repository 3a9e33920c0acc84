import type { Answer, LeaseHolder, Sha256, Transport } from '@sessionkeep/core';
import {
  NO_MEMORY,
  openArchive,
  openMemory,
  thisRun,
  Turns,
  type Archive,
  type Memory,
} from '@sessionkeep/transfer';
import { nodeSha256, openLocalTransport } from '@sessionkeep/transport-local';
import { err } from 'neverthrow';
import { join } from 'node:path';
import { NO_LIMITS, type Limits } from '../limits/limits.js';
import type { World } from '../world.js';
import { locationText, type Location } from '../location/location.js';
import { openLocation } from '../location/open-location.js';
import type { Observer } from '../observer.js';
import { Passwords } from '../password/passwords.js';
import { Pods } from '../pods/pods.js';
import { formatBytes, plural } from '../text/format.js';
import type { SelectedTarget } from '../select/select-targets.js';
import { paceOf, type Pace } from './pace.js';

/** What the engine is handed by this program, made once a run. */
export interface Engine {
  readonly memory: Memory;
  readonly sha256: Sha256;
  readonly holder: LeaseHolder;
  readonly version: string;
  readonly signal: AbortSignal;
  /** How many files at once, if that was asked for. */
  readonly lanes: number | null;
  /** How many repos are worked on at once: one plans while the other copies, unless lanes are counted. */
  readonly reposAtOnce: number;
  /** How fast bytes may go by, if that was asked for. */
  readonly pace: Pace | null;
  readonly passwords: Passwords;
  /** To be closed when the run ends. */
  readonly pods: Pods;
  /** Told what helps to find a mistake. */
  readonly detail: (message: string) => void;
}

const REPOS_AT_ONCE_ON_A_WIRE = 8;

/**
 * How many repos are backed up to a place at once, and the files they have on their way together. On a medium of this machine one
 * plans while the other copies; on the other side of a wire most of the time goes by waiting for answers.
 */
export function atOnceTo(
  { traits }: Transport,
  { lanes, reposAtOnce }: Engine,
): { readonly repos: number; readonly turns: Turns } {
  if (lanes === null && !traits.digestsInPlace) {
    return { repos: REPOS_AT_ONCE_ON_A_WIRE, turns: new Turns(traits.lanes) };
  }
  return { repos: reposAtOnce, turns: new Turns(reposAtOnce * (lanes ?? traits.lanes)) };
}

/** What a run is limited to, and who is told. */
export interface EngineOptions {
  readonly limits?: Limits;
  readonly observer: Pick<Observer, 'detail' | 'warn'>;
  /** Told what a program says that is asked for a password, a line at a time. */
  readonly tell: (line: string) => void;
  /** Those that were asked for before, by another engine of the same run. */
  readonly passwords?: Passwords;
}

/** Makes ready what a run works with; nothing is opened yet. Its `pods` are to be closed when the run ends. */
export async function startEngine(
  world: World,
  { limits: { lanes, bytesPerSecond } = NO_LIMITS, observer, tell, passwords }: EngineOptions,
): Promise<Engine> {
  const { env, home, hostname, version, signal, now } = world;
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
    lanes,
    reposAtOnce: lanes === null ? 2 : 1,
    pace: bytesPerSecond === null ? null : paceOf(bytesPerSecond, signal),
    passwords:
      passwords ??
      new Passwords({
        env,
        home,
        signal,
        warn: observer.warn.bind(observer),
        tell,
      }),
    pods: new Pods(world),
    detail: observer.detail.bind(observer),
  };
}

/** How an archive is opened. */
export interface OpenTargetOptions {
  /** Make the archive where there is none yet. */
  readonly create: boolean;
  readonly rebind?: boolean;
}

/** Opens the archive of a target; whoever opened it closes its transport. */
export async function openTarget(
  engine: Engine,
  target: Pick<SelectedTarget, 'name' | 'id'> & { readonly location: Location },
  options: OpenTargetOptions,
): Answer<Archive> {
  const transport = await openLocation(target.location, engine);
  if (transport.isErr()) return err(transport.error);
  const archive = await openArchive({
    target: engine.pace?.archive(transport.value) ?? transport.value,
    memory: engine.memory,
    sha256: engine.sha256,
    create: options.create,
    rebind: options.rebind ?? false,
    ...(target.id !== null && { pinnedId: target.id }),
  });
  if (archive.isErr()) await transport.value.close();
  else tellOf(archive.value, target, engine);
  return archive;
}

function tellOf(
  { id, target: transport }: Archive,
  target: { readonly name: string; readonly location: Location },
  engine: Engine,
): void {
  const { lanes, pace, detail } = engine;
  const files = plural(lanes ?? transport.traits.lanes, 'file');
  const limit = pace === null ? '' : `, at most ${formatBytes(pace.bytesPerSecond)}/s`;
  const where = locationText(target.location);
  const named = target.name === where ? where : `${target.name}: ${where}`;
  detail(`archive ${named}, id ${id ?? 'none yet'}; ${files} at once${limit}`);
}

import { chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import {
  noBusyBox,
  startExecServer,
  type ExecServer,
  type ExecServerOptions,
} from '@sessionkeep/testkit/exec-server';
import { ExecChannel } from '../src/exec/exec-channel.js';
import { PATIENCE, type ExecPatience } from '../src/exec/exec-target.js';
import type { Connect } from '../src/session/session.js';

/** Root may do anything: what is forbidden shows only to somebody else. */
export const NOBODY = { uid: 65_534, gid: 65_534 };
const USER = process.getuid?.() === 0 ? { user: NOBODY } : {};

/** Under `CI=true` nothing is left out: it fails there. */
export const leftOut = (obstacle: string | null): boolean =>
  obstacle !== null && process.env['CI'] !== 'true';

/** Each userland over each protocol. */
export const VARIETIES = (['machine', 'busybox'] as const).flatMap((kind) =>
  (['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const).map((protocol) => ({
    name: `${kind === 'machine' ? 'the programs of this machine' : 'BusyBox'} over ${protocol.slice(0, 2)}`,
    kind,
    obstacle: kind === 'busybox' ? noBusyBox() : null,
    options: { userland: { kind }, protocols: [protocol] } satisfies Partial<ExecServerOptions>,
  })),
);

/** What is waited in tests: short enough to see what a stall comes to, long enough for a busy machine. */
export const HURRY: ExecPatience = { ...PATIENCE, connect: 20_000, answer: 20_000, linger: 2000 };

/** A pod that may be done anything to. */
export interface TestPod extends AsyncDisposable {
  readonly server: ExecServer;
  /** What its commands see as `HOME`. */
  readonly home: string;
  readonly config: KubeConfig;
}

export async function startPod(options: Partial<ExecServerOptions> = {}): Promise<TestPod> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'pod-')));
  if (USER.user !== undefined) chownSync(home, NOBODY.uid, NOBODY.gid);
  const server = await startExecServer({ folder: home, ...USER, ...options });
  const config = new KubeConfig();
  config.loadFromString(server.kubeconfig);
  return {
    server,
    home,
    config,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export const TARGET = { namespace: 'default', pod: 'pod', container: 'main' } as const;

export const connectTo =
  (config: KubeConfig, patience: ExecPatience = HURRY): Connect =>
  (command) =>
    ExecChannel.open(config, TARGET, command, patience);

/** A fresh folder in a pod, whose owner its commands are. */
export function freshFolder(home: string, name: string): string {
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  if (USER.user !== undefined) chownSync(folder, NOBODY.uid, NOBODY.gid);
  return folder;
}

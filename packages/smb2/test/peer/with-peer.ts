import type { Result } from 'neverthrow';
import { onTestFinished } from 'vitest';
import { SmbClient } from '../../src/client/smb-client.js';
import type { SmbShare } from '../../src/client/smb-share.js';
import type { ConnectOptions, SmbError } from '../../src/index.js';
import { must } from '../helpers/must.js';
import { FakeClock } from './fake-clock.js';
import { ScriptedPeer, type PeerOptions } from './scripted-peer.js';

export interface Meeting {
  readonly peer: ScriptedPeer;
  readonly clock: FakeClock;
  readonly connect: (options?: Partial<ConnectOptions>) => Promise<Result<SmbClient, SmbError>>;
  /** Signed in, and on the share. */
  readonly share: (options?: Partial<ConnectOptions>) => Promise<{ client: SmbClient; share: SmbShare }>;
}

/** A peer and clients of it, for one test. */
export async function meet(script: PeerOptions = {}): Promise<Meeting> {
  const peer = await ScriptedPeer.start(script);
  const clock = new FakeClock();
  onTestFinished(() => peer.stop());
  const connect = async (options: Partial<ConnectOptions> = {}): Promise<Result<SmbClient, SmbError>> => {
    const who = { user: 'me', password: 'Secret-123' };
    const all = { host: '127.0.0.1', port: peer.port, ...who, ...options };
    return SmbClient.connectWith(all, clock);
  };
  const share = async (
    options: Partial<ConnectOptions> = {},
  ): Promise<{ client: SmbClient; share: SmbShare }> => {
    const client = await must(connect(options));
    return { client, share: await must(client.share('share')) };
  };
  return { peer, clock, connect, share };
}

import type { Samba } from '@sessionkeep/testkit/samba';
import { onTestFinished } from 'vitest';
import { SmbClient, type ConnectOptions, type SmbShare } from '../../src/index.js';
import { must } from './must.js';

/** Who signs in to a server, and where. */
export function addressOf({ host, port, user, password }: Samba): ConnectOptions {
  return { host, port, user, password };
}

/** A client of a server, which is closed when the test is finished. */
export async function connectTo(samba: Samba, options: Partial<ConnectOptions> = {}): Promise<SmbClient> {
  const client = await must(SmbClient.connect({ ...addressOf(samba), ...options }));
  onTestFinished(() => client.close());
  return client;
}

/** The share `share` of a server. */
export async function shareOf(samba: Samba, options: Partial<ConnectOptions> = {}): Promise<SmbShare> {
  const client = await connectTo(samba, options);
  return must(client.share('share'));
}

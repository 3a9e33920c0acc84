import type { KeepError, Transport } from '@sessionkeep/core';
import { noSamba, startSamba, type Samba, type SambaOptions } from '@sessionkeep/testkit/samba';
import type { Result } from 'neverthrow';
import { afterAll, beforeAll, describe } from 'vitest';
import { openSmbTransport, type SmbAccess } from '../src/index.js';
import { must } from './results.js';

/** Root may do anything: what is forbidden shows only to somebody else. */
export const USER = process.getuid?.() === 0 ? { user: 'nobody' } : {};

/** Describes tests on a server of their own, or says why there is none; under `CI=true` they fail then. */
export function describeOnSamba<const Share extends string = 'share'>(
  name: string,
  options: SambaOptions<Share>,
  tests: (samba: () => Samba<Share>) => void,
): void {
  const obstacle = process.env['CI'] === 'true' ? null : noSamba();
  describe.skipIf(obstacle !== null)(
    obstacle === null ? name : `${name} [NOT TESTED HERE: ${obstacle}]`,
    () => {
      let samba: Samba<Share> | null = null;
      beforeAll(async () => {
        samba = await startSamba({ ...USER, ...options });
      });
      afterAll(async () => {
        await samba?.stop();
      });
      tests(() => {
        if (samba === null) throw new Error('the server runs only while tests do');
        return samba;
      });
    },
  );
}

/** Where to go, and how: a server's only share unless another is named. */
export interface Going extends Partial<SmbAccess> {
  readonly folder?: string;
  readonly share?: string;
  /** Another way to the server. */
  readonly port?: number;
}

export async function tryOpen(samba: Samba, going: Going = {}): Promise<Result<Transport, KeepError>> {
  const { host, port, user, password } = samba;
  const share = Object.keys(samba.folders)[0] ?? '';
  return openSmbTransport({ host, port, user, password, share, ...going });
}

export async function open(samba: Samba, going: Going = {}): Promise<Transport> {
  return must(await tryOpen(samba, going));
}

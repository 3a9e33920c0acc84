import { createRateLimit, withThrottle } from '@sessionkeep/transfer';
import { describeTransportContract, openDisk } from '@sessionkeep/testkit/contract';
import { nodeSha256, openLocalTransport } from '@sessionkeep/transport-local';
import { platform } from 'node:os';

describeTransportContract('a throttled disk, as the CLI makes one of an archive', {
  open: () =>
    openDisk(async (root) => {
      // In slices of some kilobytes, and waiting for none of them.
      const limit = createRateLimit(100_000, { now: () => 0, sleep: () => Promise.resolve() });
      return withThrottle((await openLocalTransport({ root }))._unsafeUnwrap(), {
        limit,
        sha256: nodeSha256,
      });
    }),
  without: platform() === 'darwin' ? { foreignName: 'APFS takes no name that is no UTF-8' } : {},
});

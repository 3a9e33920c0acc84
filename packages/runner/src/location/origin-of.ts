import { keepError, podOrigin, smbOrigin, type KeepError } from '@sessionkeep/core';
import { localOrigin } from '@sessionkeep/transport-local';
import { err, ok, type Result } from 'neverthrow';
import type { Location } from './location.js';

/** Says which machine and folder, share and folder, or workload and folder a source is: the same every time, whoever signs in. */
export function originOf(location: Location): Result<string, KeepError> {
  switch (location.type) {
    case 'local':
      return localOrigin(location.path);
    case 'smb':
      return ok(smbOrigin(location.address));
    case 'kubernetes': {
      const { address, found } = location;
      if (found === null) return err(keepError('invalid', 'open source', 'its pod was not looked for'));
      return ok(podOrigin(address, found.namespace, found.container));
    }
  }
}

/** What stands there now of a source that another may take the place of; null where none can. */
export function instanceOf(location: Location): string | null {
  return location.type === 'kubernetes' && location.found !== null
    ? `pod ${location.found.pod} (${location.found.uid})`
    : null;
}

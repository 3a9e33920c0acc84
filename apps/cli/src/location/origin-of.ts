import { smbOrigin, type KeepError } from '@sessionkeep/core';
import { localOrigin } from '@sessionkeep/transport-local';
import { ok, type Result } from 'neverthrow';
import type { Location } from './location.js';

/** Says which machine and folder, or which share and folder, a source is: the same every time, whoever signs in. */
export function originOf(location: Location): Result<string, KeepError> {
  return location.type === 'local' ? localOrigin(location.path) : ok(smbOrigin(location.address));
}

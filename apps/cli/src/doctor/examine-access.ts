import { failedFinding, type Finding } from '@sessionkeep/core';
import { examineShare } from '@sessionkeep/transport-smb';
import type { SharedFolder } from '../location/location.js';
import type { OpenLocationOptions } from '../location/open-location.js';
import { shareOptions } from '../location/share-options.js';

/** Tries out what it takes to get to a share, from the name of its server on. */
export async function* examineAccess(
  share: SharedFolder,
  { passwords, signal }: OpenLocationOptions,
): AsyncIterable<Finding> {
  const password = await passwords.of(share);
  if (password.isErr()) yield failedFinding('sign-in', password.error);
  else yield* examineShare(shareOptions(share, password.value, signal));
}

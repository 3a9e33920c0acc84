import { failedFinding, type Finding } from '@sessionkeep/core';
import { type OpenLocationOptions, type SharedFolder, shareOptions } from '@sessionkeep/runner';
import { examineShare } from '@sessionkeep/transport-smb';

/** Tries out what it takes to get to a share, from the name of its server on. */
export async function* examineAccess(
  share: SharedFolder,
  { passwords, signal }: OpenLocationOptions,
): AsyncIterable<Finding> {
  const password = await passwords.of(share);
  if (password.isErr()) yield failedFinding('sign-in', password.error);
  else yield* examineShare(shareOptions(share, password.value, signal));
}

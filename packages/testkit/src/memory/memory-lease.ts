import {
  keepError,
  printable,
  type Answer,
  type Lease,
  type LeaseHolder,
  type RelativePath,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { MemoryTree } from './memory-tree.js';

/** Leases by folder. An entry's identity is the lease's: a holder checks that the one it made is still there. */
export type LeaseTable = Map<string, { readonly holder: LeaseHolder }>;

/** Takes the lease of a folder, unless somebody has it. */
export async function takeLease(
  tree: MemoryTree,
  leases: LeaseTable,
  folder: RelativePath,
  holder: LeaseHolder,
  clockOffset: bigint,
): Answer<Lease> {
  const taken = leases.get(folder);
  if (taken !== undefined) return err(lockedBy(folder, taken.holder));
  const made = tree.readOnly
    ? err(
        keepError(
          'read-only',
          'lease',
          `cannot take the lease of "${printable(folder)}": read-only file system`,
        ),
      )
    : tree.makeFolder(folder, 'lease');
  if (made.isErr()) return err(made.error);
  const mine = { holder };
  leases.set(folder, mine);
  return ok({
    clockOffset,
    now: () => tree.clock,
    check: async () => (leases.get(folder) === mine ? ok() : err(lost(folder))),
    release: async () => {
      if (leases.get(folder) === mine) leases.delete(folder);
      return ok();
    },
  });
}

function lockedBy(folder: string, holder: LeaseHolder) {
  const who = `${holder.user}@${holder.host}, process ${String(holder.pid)}, run ${holder.run}, since ${holder.since}`;
  return keepError('locked', 'lease', printable(`"${folder}" is locked by ${who}`), {
    path: folder,
  });
}

function lost(folder: string) {
  return keepError('lease-lost', 'check lease', `the lease of "${printable(folder)}" is held no more`, {
    path: folder,
  });
}

import type { Answer, Lease, RelativePath, Transport } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { bytesOf } from '../io/read-range.js';

/** How often the same bytes are appended at the same offset when the medium says that this may help. */
const ATTEMPTS = 3;

/** Appends whole lines at an offset, durably: again after a failure that allows it, as long as the lease is still ours. */
export async function appendLines(
  { target, lease }: { readonly target: Transport; readonly lease: Lease },
  path: RelativePath,
  offset: number,
  lines: Uint8Array,
): Answer<void> {
  for (let attempt = 1; ; attempt++) {
    const appended = await target.append(path, offset, bytesOf(lines), lines.length);
    if (appended.isOk()) return ok(undefined);
    if (!appended.error.retry || attempt === ATTEMPTS) return err(appended.error);
    const held = await lease.check();
    if (held.isErr()) return held;
  }
}

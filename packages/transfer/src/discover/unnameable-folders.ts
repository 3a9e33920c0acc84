import { keepError, printable, ROOT, type Answer, type KeepError, type Transport } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';

/** What decoding puts in place of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * An error for each project folder of a source whose name is no valid UTF-8: `list` leaves these out, and no repo can be made of
 * one, so that nobody would hear that nothing of it is kept.
 *
 * @example
 * const errors = await unnameableFolders(source);
 * for (const { message, hint } of errors.unwrapOr([])) console.log(message, hint ?? '');
 */
export async function unnameableFolders(source: Transport): Answer<readonly KeepError[]> {
  const errors: KeepError[] = [];
  // Nothing is entered, but for a folder that has that character in an honest name.
  const skip = (path: string, folder: boolean): boolean =>
    !folder || path.includes('/') || !path.includes(REPLACEMENT);
  for await (const batch of source.scan(ROOT, { skip })) {
    if (batch.isErr()) return err(batch.error);
    for (const entry of batch.value)
      if (entry.kind === 'refused' && entry.reason === 'name-not-utf8')
        errors.push(unnameable(source, entry.path));
  }
  return ok(errors);
}

function unnameable({ name: transport }: Transport, path: string): KeepError {
  const text = `"${printable(path)}" in ${transport} is not kept: its name is no valid UTF-8`;
  return keepError('invalid', 'find repos', text, { transport, path, hint: 'rename it' });
}

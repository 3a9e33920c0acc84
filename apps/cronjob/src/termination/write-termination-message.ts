import { keepError, printable, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK } = constants;

/** Writes the message into the file itself: Kubernetes mounts it, so that nothing can be renamed to it. */
export async function writeTerminationMessage(path: string, message: string): Answer<void> {
  try {
    // A pipe would make a writer wait for a reader.
    const handle = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK);
    try {
      await handle.writeFile(message);
    } finally {
      await handle.close();
    }
    return ok(undefined);
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    const text = `writing the termination message to ${printable(path)} failed: ${code}`;
    return err(keepError('io', 'write termination message', text, { path, cause }));
  }
}

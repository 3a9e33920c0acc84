import { err, type Result } from 'neverthrow';
import { ABORTED, faultError } from '../connection/fault.js';
import type { Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';

/** The answer to what others wait for too, or `aborted` as soon as the signal says so; the work itself goes on. */
export function unlessAborted<T>(
  attempt: Attempt,
  answer: Promise<Result<T, SmbError>>,
  signal: AbortSignal | undefined,
): Promise<Result<T, SmbError>> {
  if (signal === undefined) return answer;
  return new Promise((resolve) => {
    const leave = (): void => resolve(err(faultError(attempt, ABORTED)));
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    void answer.then((result) => {
      signal.removeEventListener('abort', leave);
      resolve(result);
    });
  });
}

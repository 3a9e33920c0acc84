import type { Result } from 'neverthrow';
import type { SmbError } from '../../src/index.js';

/** What an answer holds; throws its error. */
export async function must<T>(answer: Promise<Result<T, SmbError>> | Result<T, SmbError>): Promise<T> {
  return (await answer).match(
    (value) => value,
    (error) => {
      throw new Error(`${error.kind}: ${error.message}`, { cause: error });
    },
  );
}

/** The error of an answer that must be one. */
export async function mustFail(
  answer: Promise<Result<unknown, SmbError>> | Result<unknown, SmbError>,
): Promise<SmbError> {
  return (await answer).match(
    (value) => {
      throw new Error('it succeeded', { cause: value });
    },
    (error) => error,
  );
}

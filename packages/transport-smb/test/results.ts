import type { KeepError } from '@sessionkeep/core';
import type { Result } from 'neverthrow';

export function must<T>(result: Result<T, KeepError>): T {
  if (result.isErr()) throw new Error(`${result.error.kind}: ${result.error.message}`);
  return result.value;
}

export function kindOf(result: Result<unknown, KeepError>): string {
  return result.isErr() ? result.error.kind : 'ok';
}

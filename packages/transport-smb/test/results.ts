import type { Result } from 'neverthrow';

/** An error of this package, or of the SMB client. */
interface Problem {
  readonly kind: string;
  readonly message: string;
}

export function must<T>(result: Result<T, Problem>): T {
  if (result.isErr()) throw new Error(`${result.error.kind}: ${result.error.message}`);
  return result.value;
}

export function kindOf(result: Result<unknown, Problem>): string {
  return result.isErr() ? result.error.kind : 'ok';
}

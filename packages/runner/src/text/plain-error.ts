import { printable, type KeepError } from '@sessionkeep/core';

/** An error without what cannot or need not be written as JSON. */
export function plainError({
  kind,
  operation,
  message,
  path,
  hint,
  transport,
}: KeepError): Record<string, unknown> {
  return { kind, operation, message, path, transport, hint };
}

/** An error as a line for people: what is wrong, and what to do. */
export function errorLine({ message, hint }: KeepError): string {
  return printable(hint === undefined ? message : `${message}; ${hint}`);
}

/** A line of `--json`; a bigint is a decimal string. */
export function jsonLine(value: object): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));
}

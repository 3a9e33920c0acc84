/** How much of data is shown. */
export interface Bounds {
  /** Characters of a text. */
  readonly text: number;
  /** Items of a list. */
  readonly items: number;
}

/** Deeper data is not ours. */
const DEEPEST = 6;

/**
 * Data as it is logged: errors by kind, message and hint, numbers that JSON has none for as text, texts without secrets, and
 * nothing longer than the bounds; what was cut is said where it was cut.
 *
 * @param clean takes the secrets out of a text, before it is cut
 */
export function plainFields(data: unknown, bounds: Bounds, clean: (text: string) => string): unknown {
  const plain = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return cutText(clean(value), bounds.text);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'number' && !Number.isFinite(value)) return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= DEEPEST) return '…';
    if (value instanceof Date) return value.toISOString();
    if (Array.isArray(value)) {
      const shown = value.slice(0, bounds.items).map((item) => plain(item, depth + 1));
      return value.length > shown.length ? [...shown, `… ${value.length - shown.length} more`] : shown;
    }
    const fields = Object.entries(isError(value) ? flat(value) : value);
    return Object.fromEntries(fields.map(([key, field]) => [key, plain(field, depth + 1)]));
  };
  return plain(data, 0);
}

/** At most so many characters, never half of one, and how many are missing. */
function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  return `${start}… (${text.length - start.length} more characters)`;
}

interface SomeError {
  readonly message: string;
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly operation?: unknown;
  readonly path?: unknown;
  readonly hint?: unknown;
}

/** An exception, or an error as data. */
function isError(value: object): value is SomeError {
  if (value instanceof Error) return true;
  return 'kind' in value && 'operation' in value && 'message' in value;
}

function flat({ kind, name, operation, message, path, hint }: SomeError): Record<string, unknown> {
  return { kind: kind ?? name, operation, message, path, hint };
}

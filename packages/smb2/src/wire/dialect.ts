/** The versions of the protocol (MS-SMB2 2.2.3) that this client speaks. */
export const Dialect = {
  smb210: 0x0210,
  smb300: 0x0300,
  smb302: 0x0302,
  smb311: 0x0311,
} as const;

export type Dialect = (typeof Dialect)[keyof typeof Dialect];

const NAMES = new Map<number, string>([
  [Dialect.smb210, '2.1'],
  [Dialect.smb300, '3.0'],
  [Dialect.smb302, '3.0.2'],
  [Dialect.smb311, '3.1.1'],
]);

export function isDialect(value: number): value is Dialect {
  return NAMES.has(value);
}

/** How people call a dialect, e.g. `3.1.1`; for one that this client does not speak its number, e.g. `0x0202`. */
export function dialectName(dialect: number): string {
  return NAMES.get(dialect) ?? `0x${dialect.toString(16).padStart(4, '0')}`;
}

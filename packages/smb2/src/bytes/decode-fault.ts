import type { Result } from 'neverthrow';

/** Bytes that are not what they should be, as data. */
export interface DecodeFault {
  /** What was being read, with its section, e.g. `CREATE response (MS-SMB2 2.2.14)`. */
  readonly structure: string;
  /** What is wrong, e.g. `4 bytes wanted, 2 are left`. */
  readonly problem: string;
  /** Where it was found, in bytes from the start of what was being read. */
  readonly at: number;
}

/** What every decoder ends in, whatever the bytes. */
export type Decoded<T> = Result<T, DecodeFault>;

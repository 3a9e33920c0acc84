/** A value of the caller's that has no form on the wire. */
export interface Unencodable {
  /** Which value, e.g. `name`. */
  readonly field: string;
  readonly problem: string;
}

/** Which source's repo is meant: the names under which an archive has it. */
export interface Place {
  readonly source: string;
  readonly repo: string;
}

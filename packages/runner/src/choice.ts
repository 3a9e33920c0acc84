/**
 * What of a configuration is meant, and what stands in for one where there is none: the options of the same names of `sessionkeep`.
 * What is left out is as it is there.
 */
export interface Choice {
  /** The path of the configuration; else it is looked for. */
  readonly config?: string | undefined;
  /** A source's name or type, or `all`. */
  readonly source?: string | undefined;
  /** A repo's name or alias, or `all`. */
  readonly repo?: string | undefined;
  /** Where sessions are: a folder's path, or the URL of a share or a pod. */
  readonly from?: string | undefined;
  /** A target's name, a folder's path or a share's URL. */
  readonly to?: string | undefined;
  /** The same as {@link Choice.to}, for commands that read an archive: not beside it. */
  readonly fromArchive?: string | undefined;
  /** The path of a file whose first line is the password of shares; it comes before what the configuration says. */
  readonly passwordFile?: string | undefined;
}

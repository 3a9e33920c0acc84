/** Where the password of a share is to come from; never the password itself. `at` is how messages call what says so. */
export type PasswordWish =
  | { readonly from: 'env'; readonly name: string; readonly at: string }
  /** The first line of a file; its path is absolute. */
  | { readonly from: 'file'; readonly path: string; readonly at: string }
  /** The first line that a program prints, which runs in `folder`. */
  | {
      readonly from: 'command';
      readonly command: readonly string[];
      readonly folder: string;
      readonly at: string;
    }
  /** Nothing says where: the environment, else whoever sits at the terminal. */
  | { readonly from: 'anywhere' }
  /** A guest has none. */
  | { readonly from: 'nobody' };

/** Where a password is looked for that nothing else says. */
export const PASSWORD_VARIABLE = 'SESSIONKEEP_SMB_PASSWORD';

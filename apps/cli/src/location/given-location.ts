import { isGuest, isSmbUrl, parseSmbUrl, usualSigning, type KeepError } from '@sessionkeep/core';
import { ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { resolvePath } from '../config/resolve-path.js';
import type { Context } from '../context.js';
import type { PasswordWish } from '../password/password-wish.js';
import type { Location } from './location.js';

/** The location that a command line names, by the path of a folder or the URL of a share. */
export function givenLocation(
  text: string,
  option: '--to' | '--from',
  args: Args,
  context: Context,
): Result<Location, KeepError> {
  const { cwd, home } = context;
  if (!isSmbUrl(text)) return ok({ type: 'local', path: resolvePath(text, cwd, home) });
  return parseSmbUrl(text)
    .map((address): Location => {
      const password = isGuest(address) ? NOBODY : (passwordFile(args, context) ?? ANYWHERE);
      return { type: 'smb', address, signing: usualSigning(address), encryption: 'if-offered', password };
    })
    .mapErr((error) => ({ ...error, message: `${option}: ${error.message}` }));
}

export const NOBODY: PasswordWish = { from: 'nobody' };
export const ANYWHERE: PasswordWish = { from: 'anywhere' };

/** What `--password-file` says; it comes before a configuration. */
export function passwordFile({ values }: Args, { cwd, home }: Context): PasswordWish | null {
  const given = values.get('password-file');
  if (given === undefined) return null;
  return { from: 'file', path: resolvePath(given, cwd, home), at: '--password-file' };
}

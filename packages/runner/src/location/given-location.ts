import {
  isGuest,
  isPodUrl,
  isSmbUrl,
  keepError,
  parsePodUrl,
  parseSmbUrl,
  usualSigning,
  type KeepError,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { Choice } from '../choice.js';
import { resolvePath } from '../config/resolve-path.js';
import type { World } from '../world.js';
import type { PasswordWish } from '../password/password-wish.js';
import type { ArchiveLocation, Location, PodFolder } from './location.js';

/** Where sessions are, as a command line names it: by the path of a folder, or the URL of a share or a pod. */
export function givenSource(text: string, choice: Choice, world: World): Result<Location, KeepError> {
  return isPodUrl(text) ? givenPod(text, '--from') : givenLocation(text, '--from', choice, world);
}

/** A folder in a pod, by its URL. */
export function givenPod(text: string, option: '--from' | '--into'): Result<PodFolder, KeepError> {
  return parsePodUrl(text)
    .map((address): PodFolder => ({
      type: 'kubernetes',
      address,
      pods: 'first-ready',
      kubeconfig: null,
      compress: 'auto',
      found: null,
    }))
    .mapErr((error) => ({ ...error, message: `${option}: ${error.message}` }));
}

/** Where an archive may lie, as a command line names it: by the path of a folder, or the URL of a share. */
export function givenLocation(
  text: string,
  option: '--to' | '--from',
  choice: Choice,
  world: World,
): Result<ArchiveLocation, KeepError> {
  const { cwd, home } = world;
  if (isPodUrl(text)) {
    const hint = 'keep the archive on a share or a disk; what lies in a pod can be read with --from';
    return err(keepError('usage', 'select target', `${option}: a pod is no place for an archive`, { hint }));
  }
  if (!isSmbUrl(text)) return ok({ type: 'local', path: resolvePath(text, cwd, home) });
  return parseSmbUrl(text)
    .map((address): ArchiveLocation => {
      const password = isGuest(address) ? NOBODY : (passwordFile(choice, world) ?? ANYWHERE);
      return { type: 'smb', address, signing: usualSigning(address), encryption: 'if-offered', password };
    })
    .mapErr((error) => ({ ...error, message: `${option}: ${error.message}` }));
}

export const NOBODY: PasswordWish = { from: 'nobody' };
export const ANYWHERE: PasswordWish = { from: 'anywhere' };

/** What `--password-file` says; it comes before a configuration. */
export function passwordFile({ passwordFile: given }: Choice, { cwd, home }: World): PasswordWish | null {
  if (given === undefined) return null;
  return { from: 'file', path: resolvePath(given, cwd, home), at: '--password-file' };
}

import { isGuest, keepError, type KeepError } from '@sessionkeep/core';
import type { KubernetesSource, ShareAccess, SourceConfig, TargetConfig } from '@sessionkeep/core/config';
import { err, ok, type Result } from 'neverthrow';
import type { Choice } from '../choice.js';
import type { LoadedConfig } from '../config/load-config.js';
import { resolvePath } from '../config/resolve-path.js';
import type { World } from '../world.js';
import type { PasswordWish } from '../password/password-wish.js';
import { ANYWHERE, NOBODY, passwordFile } from './given-location.js';
import type { ArchiveLocation, Location } from './location.js';

/** The location of a source of the configuration. */
export function configuredSource(
  place: SourceConfig,
  loaded: LoadedConfig,
  choice: Choice,
  world: World,
): Result<Location, KeepError> {
  if (place.type !== 'kubernetes') return configuredLocation('sources', place, loaded, choice, world);
  const { address, pods, kubeconfig, compress } = place;
  if (kubeconfig !== null && !loaded.isOwn) {
    const text = `${loaded.at(['sources', place.name, 'kubeconfig'])}: a kubeconfig may name programs to run, and is not taken from a configuration that merely lies in the working folder, which may be anybody's`;
    const hint = 'name the configuration with --config, or set KUBECONFIG';
    return err(keepError('usage', 'select source', text, { hint }));
  }
  const file = kubeconfig === null ? null : resolvePath(kubeconfig, loaded.folder, world.home);
  return ok({ type: 'kubernetes', address, pods, kubeconfig: file, compress, found: null });
}

/** The location of a target, or of a source that lies where an archive might. */
export function configuredLocation(
  kind: 'sources' | 'targets',
  place: Exclude<SourceConfig, KubernetesSource> | TargetConfig,
  loaded: LoadedConfig,
  choice: Choice,
  world: World,
): Result<ArchiveLocation, KeepError> {
  if (place.type === 'local')
    return ok({ type: 'local', path: resolvePath(place.path, loaded.folder, world.home) });
  const { address, signing, encryption } = place;
  const at = loaded.at([kind, place.name, 'password']);
  const given = isGuest(address) ? NOBODY : passwordFile(choice, world);
  const password = given === null ? configuredPassword(place, at, loaded, world) : ok(given);
  return password.map((wish) => ({ type: 'smb', address, signing, encryption, password: wish }));
}

function configuredPassword(
  { password }: ShareAccess,
  at: string,
  { folder, isOwn }: LoadedConfig,
  { home }: World,
): Result<PasswordWish, KeepError> {
  if (password === null) return ok(ANYWHERE);
  if (password.from === 'env') return ok({ ...password, at });
  if (password.from === 'file')
    return ok({ from: 'file', path: resolvePath(password.path, folder, home), at });
  if (isOwn) return ok({ ...password, folder, at });
  const text = `${at}: a command is not run for a configuration that merely lies in the working folder, which may be anybody's`;
  const hint = 'name the configuration with --config, or put it into your own folder for configurations';
  return err(keepError('usage', 'select share', text, { hint }));
}

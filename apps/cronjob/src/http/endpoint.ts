import { keepError, type KeepError } from '@sessionkeep/core';
import type { Shard } from '@sessionkeep/runner';
import { err, ok, type Result } from 'neverthrow';
import { readSecretFile } from './read-secret-file.js';

/** Somebody who is told of a run, over HTTP. The address is a secret: who knows it can tell anything. */
export interface Endpoint {
  /** The whole address, without user and password. */
  readonly url: string;
  /** What the header `Authorization` says; null without user and password in the address. */
  readonly authorization: string | null;
  /** Scheme, host and port, which may be shown. */
  readonly shown: string;
  /** The address as it was given, for a redactor. */
  readonly secret: string;
}

/** What stands in an address for the number of the shard, so that each has an endpoint of its own. */
const SHARD = '{shard}';

/**
 * The endpoint whose address is in the environment variable `name`, or in the file that `name` + `_FILE` names; null where
 * neither is set. `{shard}` in it is the number of the shard, 0 where there is one. Errors show no more of the address than
 * scheme and host.
 */
export function readEndpoint(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  shard: Shard | null,
): Result<Endpoint | null, KeepError> {
  const [direct = '', file = ''] = [env[name], env[`${name}_FILE`]];
  if (direct !== '' && file !== '')
    return err(usage(`both ${name} and ${name}_FILE are set`, 'set only one of them'));
  if (file !== '') return readSecretFile(file, `${name}_FILE`).andThen((text) => parse(text, name, shard));
  return direct === '' ? ok(null) : parse(direct, name, shard);
}

function parse(text: string, name: string, shard: Shard | null): Result<Endpoint, KeepError> {
  const secret = text.trim().replaceAll(SHARD, (shard?.index ?? 0).toString());
  const url = URL.canParse(secret) ? new URL(secret) : null;
  if (url === null) return err(usage(`${name} is no URL`, 'it begins with https:// or http://'));
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return err(
      usage(`${name}: ${url.protocol}//${url.host} is not asked over HTTP`, 'use https:// or http://'),
    );
  const { username, password } = url;
  const both = [username, password].map(decode);
  if (both.includes(null))
    return err(usage(`${name}: user or password for ${url.host} is badly encoded`, 'write % as %25'));
  url.username = '';
  url.password = '';
  url.hash = '';
  const credentials = Buffer.from(both.join(':')).toString('base64');
  return ok({
    url: url.href,
    authorization: username === '' && password === '' ? null : `Basic ${credentials}`,
    shown: url.origin,
    secret,
  });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'read environment', message, { hint });
}

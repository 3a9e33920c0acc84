import { keepError, type KeepError } from '@sessionkeep/core';
import { keyText, parseConfig, type Config, type KeyPath } from '@sessionkeep/core/config';
import { err, ok, Result } from 'neverthrow';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FoundConfig } from './find-config.js';
import { readYaml } from './yaml-document.js';

/** A configuration that was read and checked. */
export interface LoadedConfig extends Pick<FoundConfig, 'shown' | 'isOwn'> {
  readonly config: Config;
  /** What relative paths in it are relative to. */
  readonly folder: string;
  /** `sessionkeep.yaml:7: sources.mac.path`, for messages about what a key says. */
  at(path: KeyPath): string;
}

/** Reads and checks a configuration. Every mistake in it is told, each with file, line and key. */
export function loadConfig(found: FoundConfig): Result<LoadedConfig, readonly KeepError[]> {
  return readText(found.path, found.shown).andThen((text) => parseConfigText(text, found));
}

/** Far more than anybody writes, in bytes. */
const LARGEST = 1024 * 1024;

function readText(path: string, shown: string): Result<string, readonly KeepError[]> {
  if (isNamedPipe(path))
    return err([
      mistake(
        `${shown}: is a pipe, which may have nobody at its other end`,
        'name a file with --config, or what a shell gives: --config <(COMMAND), or --config /dev/stdin',
      ),
    ]);
  const read = Result.fromThrowable(
    () => readUpTo(path, LARGEST + 1),
    (cause) => [
      mistake(`${shown}: cannot be read`, cause instanceof Error ? cause.message : 'check its permissions'),
    ],
  );
  return read().andThen((bytes) =>
    bytes.length > LARGEST
      ? err([mistake(`${shown}: is larger than 1 MiB`, 'name a configuration with --config')])
      : ok(bytes.toString('utf8')),
  );
}

/** A pipe that a shell has opened for us has a writer; one that is found by its name would be waited for, for ever. */
function isNamedPipe(path: string): boolean {
  if (/^\/(?:dev\/(?:fd\/|stdin$)|proc\/(?:self|\d+)\/fd\/)/.test(path)) return false;
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

/** Reads no further, since a pipe or a device may have no end, and no size. */
function readUpTo(path: string, limit: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(limit);
    let came = 0;
    for (let read = -1; read !== 0 && came < limit; came += read)
      read = readSync(file, bytes, came, limit - came, null);
    return bytes.subarray(0, came);
  } finally {
    closeSync(file);
  }
}

/** Checks a configuration's text as if it had been read from there. */
export function parseConfigText(
  text: string,
  { path, shown, isOwn }: FoundConfig,
): Result<LoadedConfig, readonly KeepError[]> {
  const yaml = readYaml(text);
  const place = (line: number, key: KeyPath): string =>
    `${shown}:${line.toString()}: ${key.length > 0 ? keyText(key) : 'the file'}`;
  if (yaml.mistakes.length > 0) {
    return err(
      yaml.mistakes.map(({ line, path: key, message, hint }) =>
        mistake(`${place(line, key)}: ${message}`, hint),
      ),
    );
  }
  const at = (key: KeyPath): string => place(yaml.lineOf(key), key);
  const value = Result.fromThrowable(
    () => yaml.value(),
    (cause) => [
      mistake(
        `${at([])}: ${cause instanceof Error ? cause.message : 'cannot be read'}`,
        'write it without that alias',
      ),
    ],
  )();
  return value.andThen((written) =>
    parseConfig(written)
      .map((config) => ({ config, shown, isOwn, folder: dirname(path), at }))
      .mapErr((issues) =>
        issues.map(({ path: key, message, hint }) => mistake(`${at(key)}: ${message}`, hint)),
      ),
  );
}

function mistake(message: string, hint: string | undefined): KeepError {
  return keepError('usage', 'read config', message, hint === undefined ? {} : { hint });
}

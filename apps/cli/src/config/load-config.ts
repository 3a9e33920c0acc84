import { keepError, type KeepError } from '@sessionkeep/core';
import { keyText, parseConfig, type Config, type KeyPath } from '@sessionkeep/core/config';
import { err, Result } from 'neverthrow';
import { readFileSync } from 'node:fs';
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

function readText(path: string, shown: string): Result<string, readonly KeepError[]> {
  const read = Result.fromThrowable(
    () => readFileSync(path, 'utf8'),
    (cause) => [
      mistake(`${shown}: cannot be read`, cause instanceof Error ? cause.message : 'check its permissions'),
    ],
  );
  return read();
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

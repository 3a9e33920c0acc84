import { keepError, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file that a scheduler reads. */
export interface UnitFile {
  readonly path: string;
  readonly text: string;
}

/** What became of files that were to be written. */
export interface Written {
  readonly change: 'new' | 'same' | 'replaced';
  /** Puts back what was there before. */
  readonly undo: () => void;
}

/**
 * Writes them, each whole, readable by all as schedulers want it. Those of another configuration's schedule, or of
 * something else, stay unless they may be overwritten.
 */
export function writeUnits(files: readonly UnitFile[], overwrite: boolean): Result<Written, KeepError> {
  const there = files.map(({ path }) => readUnit(path));
  const foreign = files.find(({ text }, at) => isForeign(there[at] ?? null, text));
  if (foreign !== undefined && !overwrite)
    return err(
      keepError(
        'usage',
        'write schedule',
        `${foreign.path} belongs to another configuration, or was not written by sessionkeep`,
        {
          hint: 'look at it; --overwrite replaces it',
          path: foreign.path,
        },
      ),
    );
  const undo = (): void => {
    for (const [at, { path }] of files.entries()) putBack(path, there[at] ?? null);
  };
  if (files.every(({ text }, at) => text === there[at])) return ok({ change: 'same', undo });
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.tmp`, text, { mode: 0o644 });
      renameSync(`${path}.tmp`, path);
    }
  } catch (cause) {
    undo();
    return err(failed('written', cause));
  }
  return ok({ change: there.some((text) => text !== null) ? 'replaced' : 'new', undo });
}

function putBack(path: string, text: string | null): void {
  try {
    rmSync(`${path}.tmp`, { force: true });
    if (text === null) rmSync(path, { force: true });
    else writeFileSync(path, text);
  } catch {
    // Who could not write there is told of that.
  }
}

/** Removes them; false where none of them was there. */
export function removeUnits(paths: readonly string[]): Result<boolean, KeepError> {
  const there = paths.filter((path) => readUnit(path) !== null);
  try {
    for (const path of there) rmSync(path);
  } catch (cause) {
    return err(failed('removed', cause));
  }
  return ok(there.length > 0);
}

/** Null where there is no such file, or none that can be read. */
export function readUnit(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Timers name no configuration: their service does. */
function isForeign(there: string | null, text: string): boolean {
  return there !== null && configNamed(text) !== null && configNamed(there) !== configNamed(text);
}

/** The configuration that a plist or a service names, as it stands there. */
function configNamed(text: string): string | null {
  const [, inPlist] = /<string>--config<\/string>\s*<string>(.*)<\/string>/.exec(text) ?? [];
  const [, inService] = /^ExecStart=.* --config (.*)$/m.exec(text) ?? [];
  return inPlist ?? inService ?? null;
}

function failed(what: string, cause: unknown): KeepError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return keepError('denied', 'write schedule', `the schedule cannot be ${what}: ${reason}`, {
    hint: 'check the permissions of its folder',
    cause,
  });
}

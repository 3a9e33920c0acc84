import {
  decodePlanLine,
  keepError,
  MAX_LINE_BYTES,
  plannedStep,
  PlanWriter,
  type KeepError,
  type PlanEnd,
  type PlanSection,
  type Sha256,
  type Step,
} from '@sessionkeep/core';
import { err, ok, Result } from 'neverthrow';
import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { planFileError } from './plan-file-error.js';

export interface PlanFileOptions {
  /** As it was given, for messages. */
  readonly shown: string;
  readonly version: string;
  /** Makes the name of the file on its way a fresh one. */
  readonly run: string;
  readonly now: number;
  readonly sha256: Sha256;
}

/** Bytes sent to the file at once. */
const PIECE = 64 * 1024;

/**
 * A plan on its way into a file, 0600: written beside it under a temporary name, and put in its place when it is whole and
 * durable. A plan that is there is replaced; any other file is not.
 */
export class PlanFileWriter {
  readonly #writer: PlanWriter;
  readonly #temporary: string;
  #handle: number | null;
  #waiting: Uint8Array[] = [];
  #bytes = 0;

  private constructor(
    private readonly path: string,
    private readonly options: PlanFileOptions,
  ) {
    this.#writer = new PlanWriter(options.sha256);
    this.#temporary = `${path}.${options.run}.tmp`;
    this.#handle = openSync(this.#temporary, 'wx', 0o600);
  }

  /** Begins one; an error where there is something else at `path`, or nothing can be written there. */
  static open(path: string, options: PlanFileOptions): Result<PlanFileWriter, KeepError> {
    const attempt = attempting(options.shown);
    return attempt(() => realPath(path)).andThen((real) =>
      replaceable(real, options.shown).andThen(() =>
        attempt(() => {
          const writer = new PlanFileWriter(real, options);
          writer.#add(writer.#writer.header(options.version, new Date(options.now).toISOString()));
          return writer;
        }),
      ),
    );
  }

  /** Adds one repo's part; its steps are in path order. */
  part(section: PlanSection, steps: Iterable<Step>): Result<void, KeepError> {
    return this.#attempt(() => {
      this.#add(this.#writer.section(section));
      for (const step of steps) this.#add(this.#writer.step(plannedStep(step)));
    });
  }

  /** Puts the whole plan in its place, and says what is in it. */
  publish(): Result<Omit<PlanEnd, 'kind'>, KeepError> {
    return this.#attempt(() => {
      this.#add(this.#writer.end());
      this.#send();
      if (this.#handle !== null) fsyncSync(this.#handle);
      this.#close();
    })
      .andThen(() => replaceable(this.path, this.options.shown))
      .andThen(() =>
        this.#attempt(() => {
          renameSync(this.#temporary, this.path);
          flushFolder(dirname(this.path));
          return this.#writer.totals;
        }),
      );
  }

  /** Gives up what was not published. Safe to call after {@link publish}. */
  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #attempt<T>(work: () => T): Result<T, KeepError> {
    return attempting(this.options.shown)(work);
  }

  #add(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= PIECE) this.#send();
  }

  #send(): void {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
    if (this.#handle === null) return;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at);
  }

  #close(): void {
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
  }
}

function attempting(shown: string): <T>(work: () => T) => Result<T, KeepError> {
  return (work) => Result.fromThrowable(work, (cause) => planFileError('write plan', shown, cause))();
}

/** Where a link leads, so that it stays one. */
function realPath(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync.native(path);
}

/** Nothing is there, or an empty file, or a plan. */
function replaceable(path: string, shown: string): Result<void, KeepError> {
  return attempting(shown)(() => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return true;
    return stat.isFile() && (stat.size === 0 || beginsAsPlan(path));
  }).andThen((isFree) => {
    if (isFree) return ok(undefined);
    const hint = 'only a plan is replaced by a plan: name another file';
    return err(keepError('usage', 'write plan', `${shown} is there, and is no saved plan`, { path, hint }));
  });
}

function beginsAsPlan(path: string): boolean {
  const handle = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(MAX_LINE_BYTES);
    const text = buffer.toString('utf8', 0, readSync(handle, buffer));
    const line = decodePlanLine(text.slice(0, Math.max(0, text.indexOf('\n'))));
    return line.ok ? line.value.kind === 'plan' : line.unsupported === true;
  } finally {
    closeSync(handle);
  }
}

function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

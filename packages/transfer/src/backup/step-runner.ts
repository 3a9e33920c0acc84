import {
  childPath,
  parentPath,
  ROOT,
  type Answer,
  type Bytes,
  type KeepError,
  type RelativePath,
  type Step,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { StepRun, type StepRunnerOptions } from './step-run.js';

/** Carries steps out and hands their lines to the group, with the folders that must be durable before them. */
export class StepRunner {
  private counter = 0;
  /** Folders whose own name this run has made durable. */
  private readonly settled = new Set<RelativePath>();

  constructor(private readonly options: StepRunnerOptions) {}

  /**
   * Does everything but the wait for the last line: that is the promise inside the answer.
   *
   * @param chunks the source's bytes that the step's `fill` wants; null for a step without one
   */
  async run(step: Step, chunks: Bytes | null): Promise<Result<{ committed: Answer<void> }, KeepError>> {
    const one = new StepRun(step, chunks, this.options, () => this.temporary());
    const done = await one.run();
    if (done.isErr()) return err(done.error);
    const { folders, names } = this.toFlush(one.folders);
    const committed = this.options.group.commit(one.lines, folders);
    return ok({ committed: committed.then((result) => this.note(names, result)) });
  }

  private temporary(): RelativePath {
    return childPath(this.options.paths.tmp, `${this.options.run}-${(this.counter++).toString()}`);
  }

  /** Folders with a new name in them, and those above in which a folder's own name may be new. */
  private toFlush(changed: ReadonlySet<RelativePath>): { folders: RelativePath[]; names: RelativePath[] } {
    const folders = new Set<RelativePath>(changed);
    const names: RelativePath[] = [];
    for (const folder of changed) {
      for (let at = folder; at !== ROOT && !this.settled.has(at); at = parentPath(at)) {
        names.push(at);
        folders.add(parentPath(at));
      }
    }
    return { folders: [...folders], names };
  }

  private note(names: readonly RelativePath[], result: Result<void, KeepError>): Result<void, KeepError> {
    if (result.isOk()) for (const name of names) this.settled.add(name);
    return result;
  }
}

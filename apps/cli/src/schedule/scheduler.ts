import type { KeepError } from '@sessionkeep/core';
import type { Result } from 'neverthrow';
import type { PlannedSchedule } from './plan-schedule.js';
import type { UnitFile } from './unit-files.js';

/** What a scheduler is given, and what is to be said of it. */
export interface Prepared {
  readonly files: readonly UnitFile[];
  /** What may keep it from running as it should. */
  readonly warnings: readonly string[];
  /** What it is, where that is not plain: sentences. */
  readonly notes: readonly string[];
  /** How to put what was printed to use by hand: lines as they are. */
  readonly steps: readonly string[];
  /** Why it cannot be installed by this command; null where it can. */
  readonly obstacle: KeepError | null;
}

/** How a schedule stands with a scheduler. */
export interface Standing {
  /** The files that are there. */
  readonly files: readonly UnitFile[];
  /** Whether the scheduler knows it and will start it; null where it cannot be asked. */
  readonly active: boolean | null;
}

/** A scheduler that sessionkeep can install a schedule with. */
export interface Scheduler {
  readonly name: 'launchd' | 'systemd';
  prepare(planned: PlannedSchedule): Result<Prepared, KeepError>;
  /**
   * Makes the files known that lie there; `isOther` where it may know them as they were. What a person should know
   * comes back.
   */
  load(isOther: boolean): Promise<Result<readonly string[], KeepError>>;
  /** Stops and forgets it, and removes its files; false where there was nothing. */
  unload(): Promise<Result<boolean, KeepError>>;
  standing(): Standing;
}

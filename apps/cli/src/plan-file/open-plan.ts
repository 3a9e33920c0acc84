import { keepError, type Answer, type KeepError } from '@sessionkeep/core';
import type { Job, SelectedTarget } from '@sessionkeep/runner';
import { formatCount, plural, resolvePath } from '@sessionkeep/runner/program';
import type { Place, SavedPlan } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import type { Begun } from '../work/with-work.js';
import { chooseParts, type ChosenParts } from './choose-parts.js';
import { openPlanFile, type PlanFile, type PlanPart } from './read-plan.js';

/** A saved plan that is open, and what of it the command line means. Whoever opened it closes it. */
export class OpenPlan {
  constructor(
    private readonly file: PlanFile,
    private readonly parts: ChosenParts['byTarget'],
  ) {}

  get targets(): readonly SelectedTarget[] {
    return [...this.parts.keys()];
  }

  /** Whether there was no archive at a target when it was planned: only then is one made. */
  makesArchive(target: SelectedTarget): boolean {
    return this.of(target).some(({ section }) => section.archive === null);
  }

  /** Those jobs that the plan has a part for. */
  jobs(target: SelectedTarget, found: readonly Job[]): readonly Job[] {
    return found.filter(({ place }) => this.part(target, place) !== undefined);
  }

  /** The parts that no job was found for: their repos are not there any more. */
  missing(target: SelectedTarget, found: readonly Job[]): KeepError[] {
    return this.of(target)
      .filter(({ section }) => !found.some(({ place }) => isAbout(section, place)))
      .map(({ section: { source, repo } }) => {
        const text = `${source}/${repo}: the saved plan is outdated: there is no such repo any more`;
        const hint = 'nothing of it was done; make a new plan with `sessionkeep plan`';
        return keepError('outdated', 'check plan', text, { hint });
      });
  }

  /** What the plan says of one repo. */
  async saved(target: SelectedTarget, place: Place): Answer<SavedPlan | null> {
    const part = this.part(target, place);
    if (part === undefined) return ok(null);
    const steps = await this.file.steps(part);
    return steps.map((read) => ({ basis: part.section, steps: read }));
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private of(target: SelectedTarget): readonly PlanPart[] {
    return this.parts.get(target) ?? [];
  }

  private part(target: SelectedTarget, place: Place): PlanPart | undefined {
    return this.of(target).find(({ section }) => isAbout(section, place));
  }
}

function isAbout(section: Place, { source, repo }: Place): boolean {
  return section.source === source && section.repo === repo;
}

/** Opens the plan that `--plan` names, and finds what it is about among what the command line means. */
export async function openPlan(
  args: Args,
  { work, engine, output }: Begun,
  { cwd, home }: Context,
): Promise<Result<OpenPlan, readonly KeepError[]>> {
  if (args.flags.has('checksum')) {
    const hint = 'leave it out, or make another plan: `sessionkeep plan --checksum`';
    return err([
      keepError('usage', 'read plan', 'a saved plan says whether files are compared by their bytes', {
        hint,
      }),
    ]);
  }
  const shown = args.values.get('plan') ?? '';
  const file = await openPlanFile(resolvePath(shown, cwd, home), shown, engine.sha256);
  if (file.isErr()) return err([file.error]);
  const chosen = chooseParts(file.value, work, args);
  if (chosen.isErr()) {
    await file.value.close();
    return err(chosen.error);
  }
  const { byTarget, leftOut } = chosen.value;
  const { header, parts } = file.value;
  output.detail(
    `plan ${shown}: made ${header.at} by version ${header.version}, ${plural(parts.length, 'repo')}`,
  );
  if (leftOut > 0)
    output.note(`${formatCount(leftOut)} of ${plural(parts.length, 'repo')} in the plan left out, as chosen`);
  if (parts.length === 0) output.note('there is nothing in the plan');
  return ok(new OpenPlan(file.value, byTarget));
}
